//! Which of the function's routes a request is for.

use http::header::{ALLOW, HeaderValue};
use http::{HeaderMap, Method, StatusCode};
use shopcall_core::domain::Language;
use shopcall_core::http::{Answer, Problem};
use shopcall_core::pages::Notice;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// `GET /integrations/shoprenter/entry`
    Enter,
    /// `GET /integrations/shoprenter/store`
    Look,
    /// `POST /integrations/shoprenter/store`
    Act,
}

/// Why a request has no route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoRoute {
    /// Nothing is there.
    Path,
    /// The path has other methods, which are named.
    Method(&'static str),
}

impl Route {
    /// Reads method and path.
    pub(crate) fn parse(method: &Method, path: &str) -> Result<Self, NoRoute> {
        match (path, method) {
            ("/integrations/shoprenter/entry", &Method::GET) => Ok(Self::Enter),
            ("/integrations/shoprenter/entry", _) => Err(NoRoute::Method("GET")),
            ("/integrations/shoprenter/store", &Method::GET) => Ok(Self::Look),
            ("/integrations/shoprenter/store", &Method::POST) => Ok(Self::Act),
            ("/integrations/shoprenter/store", _) => Err(NoRoute::Method("GET, POST")),
            _ => Err(NoRoute::Path),
        }
    }
}

impl NoRoute {
    /// 404, or 405 as a page that these origins may frame.
    pub(crate) fn answer(self, headers: &HeaderMap, frame_ancestors: &[String]) -> Answer {
        let Self::Method(allowed) = self else { return Problem::NotFound.into() };
        let mut answer =
            Notice::Malformed.page_within(Language::of(headers), None, frame_ancestors);
        *answer.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        answer.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
        answer
    }
}
