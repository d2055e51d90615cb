//! Routing of the function's requests.

use http::header::{ALLOW, HeaderValue};
use http::{HeaderMap, Method, StatusCode};
use shopcall_core::domain::Platform;
use shopcall_core::pages::{Notice, language_of};
use shopcall_core::runtime::http::{Answer, Problem};

/// Route of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// `GET /integrations/{platform}/entry`
    Enter,
    /// `GET /integrations/{platform}/store`
    Look,
    /// `POST /integrations/{platform}/store`
    Act,
}

/// Reason a request has no route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoRoute {
    /// Unknown path.
    Path,
    /// Unsupported method; contains the value of `Allow`.
    Method(&'static str),
}

impl Route {
    /// Matches the method and the path, in which `{platform}` stands for the platform's name.
    pub(crate) fn parse(method: &Method, path: &str) -> Result<Self, NoRoute> {
        match (path, method) {
            ("/integrations/{platform}/entry", &Method::GET) => Ok(Self::Enter),
            ("/integrations/{platform}/entry", _) => Err(NoRoute::Method("GET")),
            ("/integrations/{platform}/store", &Method::GET) => Ok(Self::Look),
            ("/integrations/{platform}/store", &Method::POST) => Ok(Self::Act),
            ("/integrations/{platform}/store", _) => Err(NoRoute::Method("GET, POST")),
            _ => Err(NoRoute::Path),
        }
    }
}

impl NoRoute {
    /// Answers 404 or 405 with a page that any shop's admin may frame.
    pub(crate) fn answer(self, platform: &dyn Platform, headers: &HeaderMap) -> Answer {
        let Self::Method(allowed) = self else { return Problem::NotFound.into() };
        let (language, origins) = (language_of(headers), platform.frame_ancestors(None, None));
        let mut answer = Notice::Malformed.page_within(platform, language, None, &origins);
        *answer.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        answer.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
        answer
    }
}
