//! One request to the API and the classification of its answer, without retries.

use std::fmt;
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};

use shopcall_domain::ApiError;

use super::body;
use super::error::{ErrorObserver, name_of, repeatable, unreachable};
use super::permission::permission_of;
use super::tokens::AccessToken;
use super::wire::{self, InnerCode};

/// One API request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ask<'a> {
    /// First part of the path, for errors and logs.
    pub(super) resource: &'static str,
    /// Full URL.
    pub(super) address: &'a str,
    /// Method and body.
    pub(super) action: Action<'a>,
}

/// Method and body of a request. `Debug` hides the body: it can hold an address that is a
/// credential.
#[derive(Clone, Copy)]
pub(super) enum Action<'a> {
    /// GET.
    Read,
    /// POST that creates another record each time.
    Create(&'a str),
    /// PUT.
    Replace(&'a str),
    /// DELETE.
    Delete,
}

impl fmt::Debug for Action<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Read => "Read",
            Self::Create(_) => "Create",
            Self::Replace(_) => "Replace",
            Self::Delete => "Delete",
        })
    }
}

/// Why one attempt failed.
pub(super) enum Refusal {
    /// The token was refused. It can be replaced once; the error is returned if the new one is
    /// refused too.
    Token(ApiError),
    /// A permission is missing. A new token may have it.
    Permission(ApiError),
    /// 403 without ShopRenter's code: a permission is missing if the token lacks it, otherwise a
    /// proxy is out of order.
    Forbidden(ApiError),
    /// Any other reason.
    Request(ApiError),
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self::Request(error)
    }
}

impl Ask<'_> {
    /// Whether the request may be sent again after `error`, and the delay that ShopRenter asks for.
    /// A request that creates a record is repeated only if it certainly created none.
    pub(super) fn repeatable(&self, error: &ApiError) -> Option<Option<Duration>> {
        let is_sure = matches!(error, ApiError::RateLimited { .. });
        if matches!(self.action, Action::Create(_)) && !is_sure {
            return None;
        }
        repeatable(error)
    }

    /// Sends the request once and reads the whole answer within `timeout`.
    pub(super) async fn send(
        &self,
        http: &reqwest::Client,
        token: &AccessToken,
        timeout: Duration,
        observer: ErrorObserver,
    ) -> Result<Vec<u8>, Refusal> {
        let mut bearer = HeaderValue::from_str(&format!("Bearer {}", token.secret()))
            .map_err(|_| ApiError::Malformed("not a token"))?;
        bearer.set_sensitive(true);
        let request = match self.action {
            Action::Read => http.get(self.address),
            Action::Create(body) => http.post(self.address).body(body.to_owned()),
            Action::Replace(body) => http.put(self.address).body(body.to_owned()),
            Action::Delete => http.delete(self.address),
        };
        let request = request
            .header(AUTHORIZATION, bearer)
            .header(ACCEPT, "application/json")
            // ShopRenter requires it on every request, even without a body.
            .header(CONTENT_TYPE, "application/json")
            .timeout(timeout);
        let answer = async {
            let mut response = request.send().await.map_err(unreachable)?;
            let bytes = body::read(&mut response, body::MAX_BYTES).await?;
            Ok::<_, ApiError>((response.status().as_u16(), body::retry_after(&response), bytes))
        };
        let (status, retry_after, bytes) = answer.await?;
        let is_done = match self.action {
            Action::Read => status == 200,
            Action::Create(_) | Action::Replace(_) | Action::Delete => (200..300).contains(&status),
        };
        if is_done {
            return Ok(bytes);
        }
        let code = wire::decode_inner_code(&wire::body_text(&bytes));
        observer(&name_of("api", status, code));
        let error = refused(self.resource, status, code, retry_after);
        Err(match error {
            ApiError::MissingPermission { .. } => Refusal::Permission(error),
            ApiError::TokenRefused => Refusal::Token(error),
            ApiError::Unavailable { status: 403, .. } => Refusal::Forbidden(error),
            error => Refusal::Request(error),
        })
    }

    /// Permission that the request needs, if it is documented.
    pub(super) fn permission(&self) -> Option<&'static str> {
        permission_of(self.resource, !matches!(self.action, Action::Read))
    }
}

/// Maps a status other than success to an error.
pub(super) fn refused(
    resource: &'static str,
    status: u16,
    code: Option<InnerCode>,
    retry_after: Option<Duration>,
) -> ApiError {
    match (status, code) {
        (401 | 403, Some(InnerCode::NO_PERMISSION)) => ApiError::MissingPermission { resource },
        (401, _) => ApiError::TokenRefused,
        (404, _) => ApiError::NotFound { resource },
        (_, Some(InnerCode::PAST_THE_END)) => ApiError::PastEnd,
        (429, _) => ApiError::RateLimited { retry_after },
        // Without ShopRenter's own code, a 403 may come from a proxy in front of it: temporary.
        (403 | 500.., _) => ApiError::Unavailable { status, retry_after },
        (status, code) => {
            let code = code.and_then(InnerCode::number);
            ApiError::Rejected { status, code }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shopcall_domain::FailureKind;

    #[test]
    fn only_shoprenter_code_means_missing_permission() {
        let own = Some(InnerCode::NO_PERMISSION);
        for status in [401, 403] {
            let error = refused("orderExtend", status, own, None);
            assert!(matches!(error, ApiError::MissingPermission { .. }), "{error:?}");
        }
        let error = refused("orderExtend", 403, None, None);
        assert_eq!(error.kind(), FailureKind::Retryable, "{error:?}");
    }
}
