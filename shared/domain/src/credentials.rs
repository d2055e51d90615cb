//! The app's credentials.

use std::fmt;

/// The app's credentials at one platform.
#[derive(Clone, PartialEq, Eq)]
pub struct AppCredentials {
    /// Public identifier of the app.
    pub client_id: String,
    /// Client secrets, newest first; more than one only during a rotation. Never empty.
    pub client_secrets: Vec<String>,
    /// The app's number, used in addresses of a shop's admin.
    pub app_id: String,
}

impl AppCredentials {
    /// The newest client secret, used to request tokens.
    pub fn client_secret(&self) -> &str {
        self.client_secrets.first().map_or("", String::as_str)
    }
}

impl fmt::Debug for AppCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AppCredentials([redacted])")
    }
}
