//! Optional reads: a refusal costs what it is about and nothing else.

use shopcall_domain::ApiError;

use crate::client::Session;
use crate::permission::permission_of;

impl Session {
    /// GETs a collection that the job can do without. None if the shop refuses it, does not know it
    /// or has no such page. A collection that lacks a permission is requested once in a session.
    pub(super) async fn get_optional<T>(
        &self,
        collection: &'static str,
        query: &str,
        understand: impl FnMut(&[u8]) -> Result<T, ApiError>,
    ) -> Result<Option<T>, ApiError> {
        if self.refused.has(collection) {
            return Ok(None);
        }
        let permission = permission_of(collection, false);
        let error = match self.get(collection, query, understand).await {
            Ok(read) => return Ok(Some(read)),
            Err(error) => error,
        };
        match error {
            ApiError::MissingPermission { .. } => self.refused.add(collection, permission),
            // Forbidden for long, and the token does not claim otherwise.
            ApiError::Unavailable { status: 403, .. } if !self.grants(permission).await => {
                self.refused.add(collection, permission);
            }
            ApiError::NotFound { .. } | ApiError::PastEnd | ApiError::Rejected { .. } => {}
            error => return Err(error),
        }
        tracing::info!(collection, error = error.name(), "an optional read was refused");
        Ok(None)
    }

    async fn grants(&self, permission: Option<&'static str>) -> bool {
        let Some(permission) = permission else { return false };
        self.is_granted(permission).await
    }
}
