//! Names, addresses, telephone numbers and e-mail addresses, as orders and customers have them.

use super::plain_text::line;
use super::scalar::Scalar;
use shopcall_domain::{Address, Country, DecodeError, Email, PersonName, Phone, TypedPhone};

/// Bytes of any part of a name or an address; ShopRenter's own fields hold fewer.
const MAX_PART: usize = 512;

/// One line of plain text, at most `limit` bytes.
pub(super) fn text(value: &Scalar<'_>, limit: usize) -> Option<String> {
    value.text().map(|text| line(text, limit)).filter(|text| !text.is_empty())
}

/// Part of a name or an address; an error if it is no text.
pub(super) fn part(value: &Scalar<'_>, field: &'static str) -> Result<Option<String>, DecodeError> {
    checked_text(value, MAX_PART, field)
}

/// One line of plain text, at most `limit` bytes; an error if it is no text.
pub(super) fn checked_text(
    value: &Scalar<'_>,
    limit: usize,
    field: &'static str,
) -> Result<Option<String>, DecodeError> {
    value.string(field).map(|_| text(value, limit))
}

/// Name with at least one part. In the API's orders, addresses and customers, the family name is in
/// `firstname` and the given name in `lastname`, as the descriptions of these fields say.
pub(super) fn name(family: Option<String>, given: Option<String>) -> Option<PersonName> {
    let name = PersonName { family, given, full: None };
    Some(name).filter(|name| *name != PersonName::default())
}

/// Name whose parts are in the order in which they are shown, whichever they are.
pub(super) fn shown_name(first: &Scalar<'_>, last: &Scalar<'_>) -> Option<PersonName> {
    let parts: Vec<String> =
        [first, last].into_iter().filter_map(|part| text(part, MAX_PART)).collect();
    let full = Some(parts.join(" ")).filter(|name| !name.is_empty())?;
    Some(PersonName { full: Some(full), ..PersonName::default() })
}

/// Address with at least one part.
pub(super) fn address(address: Address) -> Option<Address> {
    Some(address).filter(|address| *address != Address::default())
}

/// All telephone numbers in a field; none where people typed something else.
pub(super) fn phones(value: &Scalar<'_>, country: Country) -> Vec<TypedPhone> {
    value.text().map(|text| Phone::all_in(text, country)).unwrap_or_default()
}

/// E-mail address; an error if the field has something else.
pub(super) fn email(value: &Scalar<'_>, field: &'static str) -> Result<Option<Email>, DecodeError> {
    let unusable = |_| DecodeError::Unusable { field };
    value.string(field)?.map(Email::parse).transpose().map_err(unusable)
}
