//! Names, addresses, telephone numbers and e-mail addresses, as orders and customers have them.

use super::plain_text::line;
use super::scalar::Scalar;
use shopcall_domain::{Address, Country, Email, PersonName, Phone, visible};

/// Bytes of any part of a name or an address; ShopRenter's own fields hold fewer.
const MAX_PART: usize = 512;

/// One line of plain text, at most `limit` bytes.
pub(super) fn text(value: &Scalar<'_>, limit: usize) -> Option<String> {
    value.text().map(|text| line(text, limit)).filter(|text| !text.is_empty())
}

/// Part of a name or an address.
pub(super) fn part(value: &Scalar<'_>) -> Option<String> {
    text(value, MAX_PART)
}

/// Name with at least one part.
pub(super) fn name(given: &Scalar<'_>, family: &Scalar<'_>) -> Option<PersonName> {
    let name = PersonName { given: part(given), family: part(family) };
    Some(name).filter(|name| *name != PersonName::default())
}

/// Address with at least one part.
pub(super) fn address(address: Address) -> Option<Address> {
    Some(address).filter(|address| *address != Address::default())
}

/// Telephone number, if the text is a valid one. Customers type anything, and an invalid number
/// does not fail the record.
pub(super) fn phone(value: &Scalar<'_>, country: Country) -> Option<Phone> {
    value.text().and_then(|text| Phone::parse(text, country).ok())
}

/// E-mail address, if the text is a valid one.
pub(super) fn email(value: &Scalar<'_>) -> Option<Email> {
    value.text().and_then(|text| Email::parse(&visible(text)).ok())
}
