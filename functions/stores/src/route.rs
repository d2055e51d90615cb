//! Which of the function's routes a request is for.

use http::Method;
use percent_encoding::percent_decode_str;
use shopcall_core::domain::StoreId;
use shopcall_core::http::Problem;

/// What is asked for, and of whom.
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
    /// Reads method and path. The path is taken as it was received or with its percent signs
    /// decoded, since gateways do either: no store and no install has one in its name.
    pub(crate) fn parse(method: &Method, path: &str) -> Result<Self, Problem> {
        let only = |allowed: &'static str| {
            if *method == allowed { Ok(()) } else { Err(Problem::MethodNotAllowed(allowed)) }
        };
        let decoded: Vec<_> = path
            .strip_prefix('/')
            .unwrap_or(path)
            .split('/')
            .map(|segment| percent_decode_str(segment).decode_utf8().map_err(|_| Problem::NotFound))
            .collect::<Result<_, _>>()?;
        let segments: Vec<&str> = decoded.iter().map(AsRef::as_ref).collect();
        if segments.contains(&"") {
            return Err(Problem::NotFound);
        }
        match segments.as_slice() {
            ["runs"] => only("GET").map(|()| Self::RunsOfDay),
            ["stores", id] => only("GET").and_then(|()| store(id)).map(Self::Status),
            ["stores", id, "runs"] => only("GET").and_then(|()| store(id)).map(Self::RunsOfStore),
            ["stores", id, "sync-config"] => {
                only("PUT").and_then(|()| store(id)).map(Self::SyncConfig)
            }
            ["installs", id, "claim"] => only("POST").map(|()| Self::Claim((*id).to_owned())),
            _ => Err(Problem::NotFound),
        }
    }
}

fn store(id: &str) -> Result<StoreId, Problem> {
    id.parse().map_err(|_| Problem::BadRequest("store_id in the path is shoprenter:<shop>"))
}
