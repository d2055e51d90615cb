//! Several pages in one request: `POST /batch`.

use serde_json::json;

use super::client::Session;
use super::error::ApiError;
use super::exchange::{Ask, Deed, refused};
use super::retry::RetrySchedule;
use super::wire;

const RESOURCE: &str = "batch";
/// A shop where it fails is read page by page instead, so it is not asked for long.
const RETRIES: RetrySchedule = RetrySchedule { attempts: 2, ..RetrySchedule::SHOPRENTER };

impl Session<'_> {
    /// GETs `resource` with each of `queries`, all in one request, and makes something of each
    /// answer with `understand`. The results are in the order of the queries, as many as they.
    ///
    /// The bound of an answer's size holds for all of them together.
    pub async fn get_batch<T>(
        &self,
        resource: &'static str,
        queries: &[String],
        mut understand: impl FnMut(&str) -> Result<T, ApiError>,
    ) -> Result<Vec<Result<T, ApiError>>, ApiError> {
        let request =
            |query| json!({ "method": "GET", "uri": self.address(&format!("{resource}?{query}")) });
        let requests: Vec<_> = queries.iter().map(request).collect();
        let body = json!({ "data": { "requests": requests } }).to_string();
        let address = self.address(RESOURCE);
        let ask = Ask { resource: RESOURCE, address: &address, deed: Deed::Query(&body) };
        self.carry_out(ask, RETRIES, |answer| {
            let answer = wire::body_text(answer);
            let parts = wire::decode_batch(&answer)
                .map_err(|_| ApiError::Malformed("not a batch's answer"))?;
            if parts.len() != queries.len() {
                return Err(ApiError::Malformed("a batch with another number of parts"));
            }
            let part = |part: wire::BatchPart<'_>| match part.status {
                200 => understand(part.body),
                status => Err(refused(resource, status, wire::decode_inner_code(part.body), None)),
            };
            Ok(parts.into_iter().map(part).collect())
        })
        .await
    }
}
