//! Amounts of an order, whose fields are partly in the shop's currency and partly in the order's.

use std::str::FromStr as _;

use rust_decimal::Decimal;

use shopcall_domain::{Currency, DecodeError, Money, SkippedFields};

/// The order's currency, and its relation to the shop's.
pub(super) struct Prices {
    /// The order's currency.
    pub(super) currency: Option<Currency>,
    /// Decimals that the shop writes in this currency.
    pub(super) decimals: Option<u32>,
    /// The exchange rate from the shop's own currency.
    pub(super) rate: Result<Option<Decimal>, DecodeError>,
}

impl Prices {
    /// Counts an unusable rate.
    pub(super) fn checked(self, skipped: &mut SkippedFields) -> Self {
        if let Err(error) = self.rate {
            skipped.add(error.field());
        }
        self
    }

    /// An amount in the order's currency; None if that is unknown.
    pub(super) fn in_orders(&self, amount: Option<Decimal>) -> Option<Money> {
        Some(Money { amount: amount?, currency: self.currency? })
    }

    /// An amount of a field in the shop's currency; None unless the order is in that currency,
    /// which its exchange rate says.
    pub(super) fn in_shops(&self, amount: Option<Decimal>) -> Option<Money> {
        let is_shops = self.rate.is_ok_and(|rate| rate.is_none_or(|rate| rate == Decimal::ONE));
        self.in_orders(amount.filter(|_| is_shops))
    }

    /// An amount as the shop writes it in the order's currency (`8.128 Ft`, `€ 20.32`); None if it
    /// can be read in two ways.
    pub(super) fn written(&self, text: &str) -> Option<Money> {
        self.in_orders(number(text, self.decimals?))
    }
}

/// The number in a text with one group of digits and separators. If the currency has decimals, the
/// last separator must be followed by exactly so many digits; all others group thousands.
fn number(text: &str, decimals: u32) -> Option<Decimal> {
    let decimals = usize::try_from(decimals).ok()?;
    let digit = |c: char| c.is_ascii_digit();
    let start = text.find(digit)?;
    let (before, rest) = text.split_at_checked(start)?;
    let rest = rest.get(..=rest.rfind(digit)?)?;
    let is_separator =
        |c: char| matches!(c, '.' | ',' | '\'' | '’' | '\u{202f}') || c.is_whitespace();
    if !rest.chars().all(|c| digit(c) || is_separator(c)) {
        return None;
    }
    let groups: Vec<&str> = rest.split(is_separator).collect();
    let (whole, fraction) = match groups.split_last()? {
        (last, whole) if decimals > 0 && !whole.is_empty() => (whole, *last),
        _ => (groups.as_slice(), ""),
    };
    let is_grouped = whole.iter().skip(1).all(|group| group.len() == 3);
    let is_exact = fraction.is_empty() || fraction.len() == decimals;
    if !is_grouped || !is_exact {
        return None;
    }
    let minus = if before.contains(['-', '−']) { "-" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    let number = Decimal::from_str(&format!("{minus}{}{point}{fraction}", whole.concat())).ok()?;
    Some(number.normalize())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str, decimals: u32) -> Option<String> {
        number(text, decimals).map(|number| number.to_string())
    }

    #[test]
    fn written_amount_is_read_in_any_notation() {
        for (text, decimals, amount) in [
            ("8.128 Huf", 0, "8128"),
            ("24060 Huf", 0, "24060"),
            (" 4.860 HUF ", 0, "4860"),
            ("1 234 567 Ft", 0, "1234567"),
            ("-1.016 Ft", 0, "-1016"),
            ("0 Huf", 0, "0"),
            ("€ 20.32", 2, "20.32"),
            ("20,32 €", 2, "20.32"),
            ("€ 1,020.32", 2, "1020.32"),
            ("1.020,32 €", 2, "1020.32"),
            ("- € 5.00", 2, "-5"),
            ("€ 20", 2, "20"),
            ("1'020.32 CHF", 2, "1020.32"),
        ] {
            assert_eq!(read(text, decimals).as_deref(), Some(amount), "{text}");
        }
    }

    #[test]
    fn ambiguous_amount_is_none() {
        for (text, decimals) in [
            ("", 2),
            ("€", 2),
            ("20.3", 2),
            ("20.325", 2),
            ("8.12", 0),
            ("20.32", 0),
            ("2 x 3", 0),
            ("1.2.3,00", 2),
        ] {
            assert_eq!(read(text, decimals), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in ".{0,40}", decimals in 0..5_u32) {
            let _ = number(&text, decimals);
        }
    }
}
