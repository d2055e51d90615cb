//! What the forms of the store's page send.

use std::borrow::Cow;
use std::collections::BTreeMap;

use http::HeaderMap;
use http::header::CONTENT_TYPE;
use shopcall_core::domain::random;
use shopcall_core::domain::{Frequency, Language, Resource, SyncConfig};
use url::form_urlencoded;

/// Bytes of a form; ours have a few hundred.
const MAX_BODY: usize = 8 * 1024;

/// A form that is what it must be. Has no `Debug`: it holds a session.
pub(crate) struct Form {
    /// The session's token, not verified yet.
    pub(crate) session: String,
    /// What is wanted.
    pub(crate) action: Action,
}

/// What a merchant can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Action {
    /// Look at the page again.
    Show,
    /// Read it in another language.
    Language(Language),
    /// Something that a page does once.
    Deed(Deed, Once),
}

/// What changes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    /// Synchronise now.
    Sync,
    /// Choose how often that happens by itself.
    Schedule(SyncConfig),
    /// Share a kind of record with the assistant.
    Share(Resource),
    /// Share it no more.
    Withhold(Resource),
}

impl Deed {
    /// Its name, for logs.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sync => "sync",
            Self::Schedule(_) => "schedule",
            Self::Share(_) => "share",
            Self::Withhold(_) => "withhold",
        }
    }

    /// Tells it from every other deed.
    pub(crate) fn key(self) -> String {
        let name = self.name();
        match self {
            Self::Sync => name.to_owned(),
            Self::Schedule(SyncConfig { enabled, frequency }) => {
                format!("{name} {} {enabled}", frequency.as_str())
            }
            Self::Share(resource) | Self::Withhold(resource) => format!("{name} {resource}"),
        }
    }
}

/// Names one page: 128 random bits in hexadecimal. Each deed is done once from there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Once(String);

impl Once {
    /// The 32 digits.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    fn parse(text: &str) -> Option<Self> {
        random::is_hex::<16>(text).then(|| Self(text.to_owned()))
    }
}

type Fields<'a> = BTreeMap<Cow<'a, str>, Cow<'a, str>>;

impl Form {
    /// Reads a form. None for all that no page of ours sends: another type, too much, a field that
    /// is missing, unknown or there twice, a value that is none.
    pub(crate) fn parse(headers: &HeaderMap, body: &[u8]) -> Option<Self> {
        if body.len() > MAX_BODY || !is_form(headers) {
            return None;
        }
        let mut fields = Fields::new();
        for (name, value) in form_urlencoded::parse(body) {
            if fields.insert(name, value).is_some() {
                return None;
            }
        }
        let session = fields.remove("session")?.into_owned();
        let once = fields.remove("once").map(|once| Once::parse(&once));
        let action = match &*fields.remove("action")? {
            "show" => Action::Show,
            "language" => Action::Language(Language::parse(&fields.remove("language")?)?),
            deed => Action::Deed(read_deed(deed, &mut fields)?, once??),
        };
        fields.is_empty().then_some(Self { session, action })
    }
}

fn read_deed(name: &str, fields: &mut Fields<'_>) -> Option<Deed> {
    match name {
        "sync" => Some(Deed::Sync),
        "schedule" => {
            let name = fields.remove("frequency")?;
            let frequency = Frequency::ALL.into_iter().find(|known| known.as_str() == name)?;
            // A box that is not ticked is not sent.
            let enabled = match fields.remove("enabled").as_deref() {
                None => false,
                Some("on") => true,
                Some(_) => return None,
            };
            Some(Deed::Schedule(SyncConfig { enabled, frequency }))
        }
        "share" => {
            let name = fields.remove("resource")?;
            let resource = Resource::ALL.into_iter().find(|resource| resource.as_str() == name)?;
            match &*fields.remove("shared")? {
                "on" => Some(Deed::Share(resource)),
                "off" => Some(Deed::Withhold(resource)),
                _ => None,
            }
        }
        _ => None,
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.and_then(|text| text.split(';').next()).unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
}
