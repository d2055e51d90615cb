//! Names, addresses, telephone numbers and e-mail addresses, as orders and customers have them.

use super::plain_text::line;
use super::scalar::Scalar;
use shopcall_domain::{Address, Country, Email, PersonName, Phone};

/// Bytes of any one part of a name or an address; ShopRenter's own fields hold fewer.
const MAX_PART: usize = 512;

/// One line of plain text, at most `limit` bytes of it.
pub(super) fn text(value: &Scalar<'_>, limit: usize) -> Option<String> {
    value.text().map(|text| line(text, limit)).filter(|text| !text.is_empty())
}

/// A part of a name or an address.
pub(super) fn part(value: &Scalar<'_>) -> Option<String> {
    text(value, MAX_PART)
}

/// A name that has at least one part.
pub(super) fn name(given: &Scalar<'_>, family: &Scalar<'_>) -> Option<PersonName> {
    let name = PersonName { given: part(given), family: part(family) };
    Some(name).filter(|name| *name != PersonName::default())
}

/// An address that has at least one part.
pub(super) fn address(address: Address) -> Option<Address> {
    Some(address).filter(|address| *address != Address::default())
}

/// A number, where what was typed is one; people type all sorts of things, and none of them costs
/// the record.
pub(super) fn phone(value: &Scalar<'_>, country: Country) -> Option<Phone> {
    value.text().and_then(|text| Phone::parse(text, country).ok())
}

/// An e-mail address, where what was typed is one.
pub(super) fn email(value: &Scalar<'_>) -> Option<Email> {
    value.text().and_then(|text| Email::parse(text).ok())
}
