//! Formats dates, numbers and money by language, in the shop's time zone.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rust_decimal::{Decimal, RoundingStrategy};

use super::language::Language;
use crate::domain::Money;

/// No-break space between groups of digits, and between a number and its unit.
const NO_BREAK: char = '\u{a0}';

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Formatting for a language and a time zone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Format<'a> {
    pub(super) language: Language,
    pub(super) zone: &'a TimeZone,
}

/// A time in machine-readable and in human-readable form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct When {
    /// RFC 3339, for the `datetime` attribute.
    pub(super) machine: String,
    pub(super) text: String,
}

impl Format<'_> {
    /// `2026. 11. 22. 08:31` or `22 Nov 2026, 08:31`.
    pub(super) fn time(&self, at: Timestamp) -> When {
        let local = at.to_zoned(self.zone.clone()).datetime();
        let (year, month, day) = (local.year(), local.month(), local.day());
        let (hour, minute) = (local.hour(), local.minute());
        let text = match self.language {
            Language::Hungarian => format!("{year}. {month:02}. {day:02}. {hour:02}:{minute:02}"),
            Language::English => {
                let month = usize::try_from(month - 1).ok().and_then(|at| MONTHS.get(at));
                let month = month.copied().unwrap_or_default();
                format!("{day} {month} {year}, {hour:02}:{minute:02}")
            }
        };
        let machine = Timestamp::from_second(at.as_second()).unwrap_or(at).to_string();
        When { machine, text }
    }

    /// `12 345` or `12,345`.
    pub(super) fn number(&self, number: u64) -> String {
        self.group(&number.to_string())
    }

    /// `12 990 Ft` or `HUF 12,990`. Two decimals, except for whole amounts in HUF.
    pub(super) fn money(&self, money: &Money) -> String {
        let code = money.currency.as_str();
        let rounded =
            money.amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
        let is_whole = code == "HUF" && rounded.fract().is_zero();
        let digits = if is_whole { rounded.trunc().to_string() } else { format!("{rounded:.2}") };
        let (sign, digits) = if rounded < Decimal::ZERO {
            ("-", digits.trim_start_matches('-'))
        } else {
            ("", digits.as_str())
        };
        let (whole, cents) = digits.split_once('.').unwrap_or((digits, ""));
        let whole = self.group(whole);
        match self.language {
            Language::Hungarian => {
                let cents = if cents.is_empty() { String::new() } else { format!(",{cents}") };
                format!("{sign}{whole}{cents}{NO_BREAK}{}", symbol_of(code))
            }
            Language::English => {
                let cents = if cents.is_empty() { String::new() } else { format!(".{cents}") };
                format!("{code}{NO_BREAK}{sign}{whole}{cents}")
            }
        }
    }

    /// `45 mp` or `2 min 5 s`: whole seconds, at least one.
    pub(super) fn duration(&self, milliseconds: u64) -> String {
        let seconds = milliseconds.div_ceil(1_000).max(1);
        let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        let (hour, minute, second) = match self.language {
            Language::Hungarian => ("óra", "perc", "mp"),
            Language::English => ("h", "min", "s"),
        };
        let b = NO_BREAK;
        match (hours, minutes) {
            (0, 0) => format!("{seconds}{b}{second}"),
            (0, _) => format!("{minutes}{b}{minute} {seconds}{b}{second}"),
            _ => format!("{hours}{b}{hour} {minutes}{b}{minute}"),
        }
    }

    /// Groups digits by three. Hungarian does not group four digits.
    fn group(&self, digits: &str) -> String {
        let (separator, at_least) = match self.language {
            Language::Hungarian => (NO_BREAK, 5),
            Language::English => (',', 4),
        };
        if digits.len() < at_least {
            return digits.to_owned();
        }
        let mut grouped = String::with_capacity(digits.len() + 8);
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                grouped.push(separator);
            }
            grouped.push(digit);
        }
        grouped
    }
}

/// Symbol of a currency after an amount in Hungarian.
fn symbol_of(code: &str) -> &str {
    match code {
        "HUF" => "Ft",
        "EUR" => "€",
        "USD" => "$",
        "GBP" => "£",
        code => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Currency;

    fn in_budapest<T>(language: Language, write: impl FnOnce(Format<'_>) -> T) -> T {
        let zone = TimeZone::get("Europe/Budapest").unwrap();
        write(Format { language, zone: &zone })
    }

    fn money(language: Language, amount: &str, currency: &str) -> String {
        let currency = Currency::parse(currency).unwrap();
        let money = Money { amount: amount.parse().unwrap(), currency };
        in_budapest(language, |format| format.money(&money))
    }

    #[test]
    fn time_is_in_the_shops_zone() {
        let at: Timestamp = "2026-11-22T07:31:09.5Z".parse().unwrap();
        let hungarian = in_budapest(Language::Hungarian, |format| format.time(at));
        assert_eq!(hungarian.text, "2026. 11. 22. 08:31");
        assert_eq!(hungarian.machine, "2026-11-22T07:31:09Z");
        let english = in_budapest(Language::English, |format| format.time(at));
        assert_eq!(english.text, "22 Nov 2026, 08:31");
        let summer: Timestamp = "2026-07-01T23:05:00Z".parse().unwrap();
        let text = in_budapest(Language::Hungarian, |format| format.time(summer).text);
        assert_eq!(text, "2026. 07. 02. 01:05");
    }

    #[test]
    fn numbers_are_grouped_by_language() {
        let hungarian = |number| in_budapest(Language::Hungarian, |format| format.number(number));
        assert_eq!(hungarian(0), "0");
        assert_eq!(hungarian(1_234), "1234");
        assert_eq!(hungarian(12_345), "12\u{a0}345");
        assert_eq!(hungarian(1_234_567), "1\u{a0}234\u{a0}567");
        let english = |number| in_budapest(Language::English, |format| format.number(number));
        assert_eq!(english(999), "999");
        assert_eq!(english(1_234), "1,234");
        assert_eq!(english(u64::MAX), "18,446,744,073,709,551,615");
    }

    #[test]
    fn money_has_symbol_and_decimals() {
        assert_eq!(money(Language::Hungarian, "12990", "HUF"), "12\u{a0}990\u{a0}Ft");
        assert_eq!(money(Language::Hungarian, "12990.0000", "HUF"), "12\u{a0}990\u{a0}Ft");
        assert_eq!(money(Language::Hungarian, "12.9", "EUR"), "12,90\u{a0}€");
        assert_eq!(money(Language::Hungarian, "-0.5", "RON"), "-0,50\u{a0}RON");
        assert_eq!(money(Language::English, "12990", "HUF"), "HUF\u{a0}12,990");
        assert_eq!(money(Language::English, "1234567.891", "EUR"), "EUR\u{a0}1,234,567.89");
        assert_eq!(money(Language::English, "99.99", "HUF"), "HUF\u{a0}99.99");
    }

    #[test]
    fn duration_has_at_most_two_units() {
        let lasts = |language, ms| in_budapest(language, |format| format.duration(ms));
        assert_eq!(lasts(Language::Hungarian, 0), "1\u{a0}mp");
        assert_eq!(lasts(Language::Hungarian, 45_000), "45\u{a0}mp");
        assert_eq!(lasts(Language::English, 125_000), "2\u{a0}min 5\u{a0}s");
        assert_eq!(lasts(Language::English, 7_320_000), "2\u{a0}h 2\u{a0}min");
    }
}
