//! Random bytes from the operating system.

/// Fresh random bytes. Where the system cannot give any, nothing that needs them is safe: the
/// process ends rather than go on with guessable ones.
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
