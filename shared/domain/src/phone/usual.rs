//! A fast parser for the unambiguous spellings of nearly all Hungarian numbers.

use rlibphonenumber::PhoneNumber;

use crate::Country;

const HUNGARY: i32 = 36;

/// Parses `+36` or, within Hungary, `06`, `0036` or `36`, followed by eight or nine digits of which
/// the first is not zero, separated by blanks and the usual punctuation. None for any other text.
/// Does not check the numbering plan.
pub(super) fn hungarian(text: &str, country: Country) -> Option<PhoneNumber> {
    let rest = match text.strip_prefix("+36") {
        Some(rest) => rest,
        None if country == Country::HUNGARY => {
            let text = text.strip_prefix('(').unwrap_or(text);
            ["06", "0036", "36"].iter().find_map(|start| text.strip_prefix(start))?
        }
        None => return None,
    };
    let mut national_number = 0;
    let mut digits = 0_u32;
    for byte in rest.bytes() {
        match byte {
            b'0' if digits == 0 => return None,
            b'0'..=b'9' if digits == 9 => return None,
            b'0'..=b'9' => {
                national_number = national_number * 10 + u64::from(byte - b'0');
                digits += 1;
            }
            b' ' | b'-' | b'/' | b'.' | b'(' | b')' => {}
            _ => return None,
        }
    }
    let number = PhoneNumber { country_code: HUNGARY, national_number, ..PhoneNumber::default() };
    (digits >= 8).then_some(number)
}

/// Formats a number without leading zeros in E.164.
pub(super) fn e164(number: &PhoneNumber) -> String {
    format!("+{}{}", number.country_code, number.national_number)
}
