//! The app's secret, read at init and again when the cached copy expires, so that a rotation takes
//! effect.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use tokio::sync::RwLock;

use crate::access::{BearerSecrets, DataKeys, SessionKeys};
use crate::domain::AppCredentials;

/// How long a secret is cached.
const TIME_TO_LIVE: SignedDuration = SignedDuration::from_mins(5);

/// The secret cannot be used; the error never contains its value.
#[derive(Debug, thiserror::Error)]
pub enum InvalidSecret {
    /// Secrets Manager did not return it.
    #[error("the app's secret cannot be read from Secrets Manager")]
    Unreadable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The JSON has the wrong shape. The parser's message is left out, as it may quote the value.
    #[error("the app's secret is not the JSON object that it must be")]
    Malformed,
    /// A field is missing or malformed.
    #[error("the app's secret has no usable {0}")]
    Field(&'static str),
}

/// The parsed secret. The three lists are newest first, so that each can be rotated without an
/// outage.
pub struct AppSecret {
    /// Identifies the app to the platform.
    pub credentials: Arc<AppCredentials>,
    /// Authenticates ShopCall.
    pub bearers: BearerSecrets,
    /// Encrypts stored data.
    pub data_keys: DataKeys,
    /// Signs the data in merchants' pages; derived from the data keys.
    pub session_keys: SessionKeys,
}

impl AppSecret {
    /// Parses the JSON object in Secrets Manager.
    pub fn parse(json: &str) -> Result<Self, InvalidSecret> {
        let wire: Wire = serde_json::from_str(json).map_err(|_| InvalidSecret::Malformed)?;
        let keys = wire.data_key.into_vec().into_iter().map(|key| decode_key(&key));
        let keys = keys.collect::<Option<Vec<_>>>().ok_or(InvalidSecret::Field("data_key"))?;
        let client_secrets = wire.client_secret.into_vec();
        if client_secrets.is_empty() || client_secrets.iter().any(String::is_empty) {
            return Err(InvalidSecret::Field("client_secret"));
        }
        let credentials = AppCredentials {
            client_id: non_empty(wire.client_id, "client_id")?,
            client_secrets,
            app_id: non_empty(wire.app_id.into_string(), "app_id")?,
        };
        Ok(Self {
            credentials: Arc::new(credentials),
            bearers: BearerSecrets::new(wire.internal_sync_secret.into_vec())
                .map_err(|_| InvalidSecret::Field("internal_sync_secret"))?,
            session_keys: SessionKeys::derive(&keys).ok_or(InvalidSecret::Field("data_key"))?,
            data_keys: DataKeys::new(keys).ok_or(InvalidSecret::Field("data_key"))?,
        })
    }
}

impl fmt::Debug for AppSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AppSecret([redacted])")
    }
}

#[derive(Deserialize)]
struct Wire {
    client_id: String,
    client_secret: OneOrList,
    app_id: TextOrNumber,
    internal_sync_secret: OneOrList,
    data_key: OneOrList,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrList {
    One(String),
    List(Vec<String>),
}

impl OneOrList {
    fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(value) => vec![value],
            Self::List(values) => values,
        }
    }
}

/// The app's id is a number, with or without quotes.
#[derive(Deserialize)]
#[serde(untagged)]
enum TextOrNumber {
    Text(String),
    Number(u64),
}

impl TextOrNumber {
    fn into_string(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Number(number) => number.to_string(),
        }
    }
}

fn non_empty(text: String, field: &'static str) -> Result<String, InvalidSecret> {
    if text.is_empty() { Err(InvalidSecret::Field(field)) } else { Ok(text) }
}

fn decode_key(text: &str) -> Option<[u8; 32]> {
    BASE64.decode(text.trim()).ok()?.try_into().ok()
}

/// Reads the secret from Secrets Manager, with a cache of five minutes.
#[derive(Debug)]
pub struct SecretSource {
    client: aws_sdk_secretsmanager::Client,
    id: String,
    cached: RwLock<Option<(Timestamp, Arc<AppSecret>)>>,
}

impl SecretSource {
    /// Creates a source that reads the secret named `id` on first use.
    pub fn new(client: aws_sdk_secretsmanager::Client, id: String) -> Self {
        Self { client, id, cached: RwLock::new(None) }
    }

    /// The secret, at most five minutes old, or older while it cannot be read again: an outage of
    /// Secrets Manager must not affect merchants.
    pub async fn get(&self, now: Timestamp) -> Result<Arc<AppSecret>, InvalidSecret> {
        let known = self.cached.read().await.clone();
        if let Some((read_at, secret)) = &known
            && now.duration_since(*read_at) < TIME_TO_LIVE
        {
            return Ok(Arc::clone(secret));
        }
        match (self.read().await, known) {
            (Ok(secret), _) => {
                let secret = Arc::new(secret);
                *self.cached.write().await = Some((now, Arc::clone(&secret)));
                Ok(secret)
            }
            (Err(error), Some((_, old))) => {
                tracing::warn!(error = %error, "the app's secret could not be read again");
                Ok(old)
            }
            (Err(error), None) => Err(error),
        }
    }

    async fn read(&self) -> Result<AppSecret, InvalidSecret> {
        let answer = self
            .client
            .get_secret_value()
            .secret_id(&self.id)
            .send()
            .await
            .map_err(|error| InvalidSecret::Unreadable(Box::new(error.into_service_error())))?;
        AppSecret::parse(answer.secret_string().ok_or(InvalidSecret::Malformed)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    fn secret(client_secret: &str, data_key: &str) -> String {
        format!(
            r#"{{"client_id":"c","client_secret":{client_secret},"app_id":"7",
                "internal_sync_secret":"bearer-secret","data_key":{data_key}}}"#
        )
    }

    #[test]
    fn lists_are_newest_first() {
        let text = secret(r#"["new","old"]"#, &format!(r#"["{KEY}"]"#));
        let secret = AppSecret::parse(&text).unwrap();
        assert_eq!(secret.credentials.client_secret(), "new");
    }

    #[test]
    fn an_error_names_the_field_and_never_its_value() {
        let error = AppSecret::parse(&secret(r#""s3cret""#, r#""short""#)).unwrap_err();
        assert_eq!(error.to_string(), "the app's secret has no usable data_key");
        let error = AppSecret::parse(r#"{"client_id": s3cret"#).unwrap_err();
        assert!(!format!("{error:?}").contains("s3cret"));
    }

    #[test]
    fn secret_debug_output_is_redacted() {
        let secret = AppSecret::parse(&secret(r#""s3cret""#, &format!(r#""{KEY}""#))).unwrap();
        assert_eq!(format!("{secret:?}"), "AppSecret([redacted])");
    }
}
