//! Telephone numbers in the formats that buyers type.

use crate::seed::Draw;

/// Number as typed and, if valid, in E.164.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Phone {
    pub(crate) typed: String,
    pub(crate) e164: Option<String>,
}

const MOBILE_AREAS: &[&str] = &["20", "30", "31", "50", "70"];
const LANDLINE_AREAS: &[&str] = &["22", "46", "52", "62", "72", "96"];

pub(crate) fn draw(draw: &mut Draw) -> Phone {
    match draw.below(40) {
        0 => Phone { typed: draw.pick(&["-", "nincs", "0", "000"]).to_owned(), e164: None },
        1 => slovak(draw),
        2 | 3 => hungarian(draw, "1", 7),
        4 | 5 => {
            let area = draw.pick(LANDLINE_AREAS);
            hungarian(draw, area, 6)
        }
        _ => {
            let area = draw.pick(MOBILE_AREAS);
            hungarian(draw, area, 7)
        }
    }
}

fn slovak(draw: &mut Draw) -> Phone {
    let (first, second) = (draw.digits(3), draw.digits(3));
    Phone {
        typed: format!("+421 905 {first} {second}"),
        e164: Some(format!("+421905{first}{second}")),
    }
}

fn hungarian(draw: &mut Draw, area: &str, length: u32) -> Phone {
    let leading = draw.between(2, 9);
    let number = format!("{leading}{}", draw.digits(length - 1));
    let (head, tail) = number.split_at_checked(3).unwrap_or((&number, ""));
    let typed = spell(draw, area, head, tail);
    Phone { typed, e164: Some(format!("+36{area}{number}")) }
}

fn spell(draw: &mut Draw, area: &str, head: &str, tail: &str) -> String {
    match draw.below(10) {
        0 => format!("06{area}{head}{tail}"),
        1 => format!("06-{area}/{head}-{tail}"),
        2 => format!("06 {area} {head} {tail}"),
        3 => format!("+36 ({area}) {head}-{tail}"),
        4 => format!("0036{area}{head}{tail}"),
        5 => format!("36{area}{head}{tail}"),
        6 => format!("+36 {area} {head}{tail} "),
        7 => format!("(06-{area}) {head} {tail}"),
        8 => format!("+36/{area}.{head}.{tail}"),
        _ => format!("+36{area}{head}{tail}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Stream;

    #[test]
    fn phone_spellings_keep_the_number() {
        for index in 0..2000 {
            let phone = draw(&mut Draw::new(5, Stream::Record, 0, index));
            let digits: String = phone.typed.chars().filter(char::is_ascii_digit).collect();
            if let Some(e164) = phone.e164 {
                let significant = e164.trim_start_matches("+36").trim_start_matches("+421");
                assert!(digits.ends_with(significant), "{} is not {e164}", phone.typed);
            }
        }
    }
}
