//! Routing of the function's requests.

use http::Method;
use shopcall_core::domain::StoreId;
use shopcall_core::runtime::http::{Problem, segments, store_of};

/// Route of a request, with its target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Route {
    /// `GET /stores/{store_id}`
    Status(StoreId),
    /// `GET /stores/{store_id}/runs`
    RunsOfStore(StoreId),
    /// `GET /runs`
    RunsOfDay,
    /// `PUT /stores/{store_id}/sync-config`
    SyncConfig(StoreId),
    /// `POST /installs/{sr_install}/claim`
    Claim(String),
}

impl Route {
    /// Matches method and path.
    pub(crate) fn parse(method: &Method, path: &str) -> Result<Self, Problem> {
        let only = |allowed: &'static str| {
            if *method == allowed { Ok(()) } else { Err(Problem::MethodNotAllowed(allowed)) }
        };
        let segments = segments(path)?;
        match segments.iter().map(AsRef::as_ref).collect::<Vec<&str>>().as_slice() {
            ["runs"] => only("GET").map(|()| Self::RunsOfDay),
            ["stores", id] => only("GET").and_then(|()| store_of(id)).map(Self::Status),
            ["stores", id, "runs"] => {
                only("GET").and_then(|()| store_of(id)).map(Self::RunsOfStore)
            }
            ["stores", id, "sync-config"] => {
                only("PUT").and_then(|()| store_of(id)).map(Self::SyncConfig)
            }
            ["installs", id, "claim"] => only("POST").map(|()| Self::Claim((*id).to_owned())),
            _ => Err(Problem::NotFound),
        }
    }
}
