//! Telephone numbers in the formats that buyers type.

use crate::{config::ShopConfig, seed::Draw};

/// Telephone field as typed, and the valid numbers in it in E.164.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Phone {
    pub(crate) typed: String,
    pub(crate) e164: Option<String>,
    pub(crate) others: Vec<String>,
}

const MOBILE_AREAS: &[&str] = &["20", "30", "31", "50", "70"];
const LANDLINE_AREAS: &[&str] = &["22", "46", "52", "62", "72", "96"];

/// Draws a field as a buyer in `country` fills it. Without a country code, the number is of that
/// country.
pub(crate) fn draw_in(draw: &mut Draw, country: &str, config: &ShopConfig) -> Phone {
    match country {
        "AT" => national(draw, "43", "670", 7),
        "SK" => national(draw, "421", "905", 6),
        _ => self::draw(draw, config),
    }
}

/// Draws a field as a Hungarian fills it.
pub(crate) fn draw(draw: &mut Draw, config: &ShopConfig) -> Phone {
    if draw.chance(config.crowded_phones) {
        return crowded(draw);
    }
    match draw.below(40) {
        0 => {
            let typed = draw.pick(&["-", "nincs", "0", "000", "HU12345678"]).to_owned();
            Phone { typed, e164: None, others: Vec::new() }
        }
        1 => slovak(draw),
        2 | 3 => hungarian(draw, "1", 7),
        4 | 5 => {
            let area = draw.pick(LANDLINE_AREAS);
            hungarian(draw, area, 6)
        }
        _ => mobile(draw),
    }
}

/// A field with two numbers, a remark or an extension.
fn crowded(draw: &mut Draw) -> Phone {
    match draw.below(3) {
        0 => {
            let (first, second) = (mobile(draw), mobile(draw));
            let between = draw.pick(&[", ", "; ", " / ", " vagy "]);
            let mut others: Vec<_> = second.e164.into_iter().collect();
            others.retain(|e164| first.e164.as_ref() != Some(e164));
            Phone {
                typed: format!("{}{between}{}", first.typed.trim(), second.typed.trim()),
                e164: first.e164,
                others,
            }
        }
        1 => {
            let phone = mobile(draw);
            let remark = draw.pick(&["(du.)", "Kati", "este 6 után"]);
            Phone { typed: format!("{} {remark}", phone.typed.trim()), ..phone }
        }
        _ => {
            let phone = hungarian(draw, "1", 7);
            let extension = draw.pick(&["/12 mellék", " mell. 12", ", mellék: 12"]);
            Phone { typed: format!("{}{extension}", phone.typed.trim()), ..phone }
        }
    }
}

fn mobile(draw: &mut Draw) -> Phone {
    let area = draw.pick(MOBILE_AREAS);
    hungarian(draw, area, 7)
}

/// A number without its country code, as it is written within its country.
fn national(draw: &mut Draw, code: &str, area: &str, length: u32) -> Phone {
    let leading = draw.between(2, 9);
    let number = format!("{leading}{}", draw.digits(length - 1));
    let (head, tail) = number.split_at_checked(3).unwrap_or((&number, ""));
    let typed = draw.pick(&[" ", "/", ""]);
    Phone {
        typed: format!("0{area}{typed}{head} {tail}"),
        e164: Some(format!("+{code}{area}{number}")),
        others: Vec::new(),
    }
}

fn slovak(draw: &mut Draw) -> Phone {
    let (first, second) = (draw.digits(3), draw.digits(3));
    Phone {
        typed: format!("+421 905 {first} {second}"),
        e164: Some(format!("+421905{first}{second}")),
        others: Vec::new(),
    }
}

fn hungarian(draw: &mut Draw, area: &str, length: u32) -> Phone {
    let leading = draw.between(2, 9);
    let number = format!("{leading}{}", draw.digits(length - 1));
    let (head, tail) = number.split_at_checked(3).unwrap_or((&number, ""));
    let typed = spell(draw, area, head, tail);
    Phone { typed, e164: Some(format!("+36{area}{number}")), others: Vec::new() }
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
        let config = ShopConfig { crowded_phones: 0.3, ..ShopConfig::default() };
        for index in 0..2000 {
            let phone = draw(&mut Draw::new(5, Stream::Record, 0, index), &config);
            let digits: String = phone.typed.chars().filter(char::is_ascii_digit).collect();
            for e164 in phone.e164.iter().chain(&phone.others) {
                let significant = e164.trim_start_matches("+36").trim_start_matches("+421");
                assert!(digits.contains(significant), "{} is not {e164}", phone.typed);
            }
        }
    }

    #[test]
    fn foreign_number_has_no_country_code() {
        for (country, start, code) in [("AT", "0670", "+43670"), ("SK", "0905", "+421905")] {
            let config = ShopConfig::default();
            let phone = draw_in(&mut Draw::new(5, Stream::Record, 0, 7), country, &config);
            assert!(phone.typed.starts_with(start), "{}", phone.typed);
            assert!(phone.e164.unwrap_or_default().starts_with(code));
        }
    }
}
