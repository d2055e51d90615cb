//! Random bytes from the operating system.

/// Fresh random bytes. Aborts the process if the system cannot provide any: guessable bytes would
/// not be secure.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if getrandom::fill(&mut bytes).is_err() {
        std::process::abort();
    }
    bytes
}

/// A random number, for jitter.
pub fn number() -> u64 {
    u64::from_le_bytes(bytes())
}

/// Random bytes in hexadecimal.
pub fn hex<const N: usize>() -> String {
    hex::encode(bytes::<N>())
}

/// Whether `text` is `N` bytes in lower-case hexadecimal, as returned by [`hex()`].
pub fn is_hex<const N: usize>(text: &str) -> bool {
    let is_digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    text.len() == 2 * N && text.bytes().all(is_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lower_case_hex_is_recognised() {
        assert!(is_hex::<16>(&hex::<16>()));
        let digits = "0123456789abcdef";
        assert!(is_hex::<8>(digits));
        for text in ["", &digits[1..], "0123456789abcdef0", "0123456789ABCDEF", "0123456789abcdeg"]
        {
            assert!(!is_hex::<8>(text), "{text:?}");
        }
    }
}
