//! Amounts of money as the shop stores them: whole ten-thousandths.

/// Amount of money without its currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Amount(i64);

const SCALE: i64 = 10_000;

impl Amount {
    pub(crate) const fn cents(cents: i64) -> Self {
        Self(cents.saturating_mul(SCALE / 100))
    }

    /// Parses `1900`, `24.13` or `-1.0000`; refuses more than four decimals.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty()
            || part.len() > 4
            || !digits.bytes().all(|b| b == b'.' || b.is_ascii_digit())
        {
            return None;
        }
        let part: i64 = format!("{part:0<4}").parse().ok()?;
        let whole: i64 = whole.parse().ok()?;
        whole.checked_mul(SCALE)?.checked_add(part)?.checked_mul(sign).map(Self)
    }

    /// Formats without trailing zeros: `2413`, `24.13`.
    pub(crate) fn plain(self) -> String {
        let padded = self.padded();
        padded.trim_end_matches('0').trim_end_matches('.').to_owned()
    }

    /// Formats with four decimals: `2413.0000`.
    pub(crate) fn padded(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let size = self.0.unsigned_abs();
        let scale = SCALE.unsigned_abs();
        format!("{sign}{}.{:04}", size / scale, size % scale)
    }

    pub(crate) const fn times(self, count: u32) -> Self {
        Self(self.0.saturating_mul(count as i64))
    }

    pub(crate) const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The amount in a currency of which one unit is worth `rate`, rounded to the currency's
    /// smallest unit.
    pub(crate) fn exchanged(self, rate: u32, currency: &str) -> Self {
        if rate == 1 {
            return self;
        }
        Self(self.0 / i64::from(rate.max(1))).percent(100, currency)
    }

    pub(crate) const fn negative(self) -> Self {
        Self(self.0.saturating_neg())
    }

    /// Percentage of the amount, rounded to the currency's smallest unit.
    pub(crate) fn percent(self, percent: i64, currency: &str) -> Self {
        let step = if currency == "HUF" { SCALE } else { SCALE / 100 };
        let scaled = i128::from(self.0) * i128::from(percent);
        let unit = 100 * i128::from(step);
        let rounded = (scaled + unit / 2).div_euclid(unit) * i128::from(step);
        Self(i64::try_from(rounded).unwrap_or(i64::MAX))
    }

    /// Adds the Hungarian value added tax of 27 %.
    pub(crate) fn with_vat(self, currency: &str) -> Self {
        self.percent(127, currency)
    }

    /// Removes the Hungarian value added tax of 27 %, rounded to ten-thousandths.
    pub(crate) const fn without_vat(self) -> Self {
        Self((self.0 * 100 + 63).div_euclid(127))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_and_written_without_loss() {
        for (text, plain, padded) in [
            ("1900", "1900", "1900.0000"),
            ("24.13", "24.13", "24.1300"),
            ("-1.0000", "-1", "-1.0000"),
            ("0", "0", "0.0000"),
        ] {
            let amount = Amount::parse(text).expect("an amount");
            assert_eq!((amount.plain().as_str(), amount.padded().as_str()), (plain, padded));
        }
        for text in ["", "abc", "1.23456", ".5", "1e3"] {
            assert_eq!(Amount::parse(text), None, "{text}");
        }
    }

    #[test]
    fn tax_is_rounded_to_forints_or_cents() {
        assert_eq!(Amount::cents(190_000).with_vat("HUF").plain(), "2413");
        assert_eq!(Amount::cents(100_050).with_vat("HUF").plain(), "1271");
        assert_eq!(Amount::cents(999).with_vat("EUR").plain(), "12.69");
        assert_eq!(Amount::cents(100_000).without_vat().plain(), "787.4016");
    }
}
