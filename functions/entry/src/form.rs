//! Forms of the store's page.

use std::borrow::Cow;
use std::collections::BTreeMap;

use http::HeaderMap;
use http::header::CONTENT_TYPE;
use shopcall_core::domain::random;
use shopcall_core::domain::{Frequency, Language, Resource, SyncConfig};
use url::form_urlencoded;

/// Maximum body size in bytes; the page's own forms have a few hundred.
const MAX_BODY: usize = 8 * 1024;

/// Valid form. Has no `Debug`, because it holds a session token.
pub(crate) struct Form {
    /// Session token, not verified yet.
    pub(crate) session: String,
    /// Requested action.
    pub(crate) action: Action,
}

/// Action a merchant can request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Action {
    /// Shows the current page.
    Show,
    /// Shows the page in another language.
    Language(Language),
    /// Makes a change, once per page.
    Change(Change, Once),
}

/// Change of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// Starts a sync.
    Sync,
    /// Sets the frequency of scheduled syncs.
    Schedule(SyncConfig),
    /// Shares a resource with the assistant.
    Share(Resource),
    /// Stops sharing a resource.
    StopSharing(Resource),
}

impl Change {
    /// Name for logs.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sync => "sync",
            Self::Schedule(_) => "schedule",
            Self::Share(_) => "share",
            Self::StopSharing(_) => "stop_sharing",
        }
    }

    /// Unique key of the change, including its parameters.
    pub(crate) fn key(self) -> String {
        let name = self.name();
        match self {
            Self::Sync => name.to_owned(),
            Self::Schedule(SyncConfig { enabled, frequency }) => {
                format!("{name} {} {enabled}", frequency.as_str())
            }
            Self::Share(resource) | Self::StopSharing(resource) => format!("{name} {resource}"),
        }
    }
}

/// Identifier of one rendered page: 128 random bits in hexadecimal. Each change can be made once
/// per page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Once(String);

impl Once {
    /// Returns the 32 digits.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    fn parse(text: &str) -> Option<Self> {
        random::is_hex::<16>(text).then(|| Self(text.to_owned()))
    }
}

type Fields<'a> = BTreeMap<Cow<'a, str>, Cow<'a, str>>;

impl Form {
    /// Parses a form. Returns `None` for a body that the page cannot have sent: wrong content type,
    /// too large, or a field that is missing, unknown, repeated or invalid.
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
            change => Action::Change(read_change(change, &mut fields)?, once??),
        };
        fields.is_empty().then_some(Self { session, action })
    }
}

fn read_change(name: &str, fields: &mut Fields<'_>) -> Option<Change> {
    match name {
        "sync" => Some(Change::Sync),
        "schedule" => {
            let name = fields.remove("frequency")?;
            let frequency = Frequency::ALL.into_iter().find(|known| known.as_str() == name)?;
            // Browsers omit unticked checkboxes.
            let enabled = match fields.remove("enabled").as_deref() {
                None => false,
                Some("on") => true,
                Some(_) => return None,
            };
            Some(Change::Schedule(SyncConfig { enabled, frequency }))
        }
        "share" => {
            let name = fields.remove("resource")?;
            let resource = Resource::ALL.into_iter().find(|resource| resource.as_str() == name)?;
            match &*fields.remove("shared")? {
                "on" => Some(Change::Share(resource)),
                "off" => Some(Change::StopSharing(resource)),
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
