//! Hosts of a shop: `/domains`.

use shopcall_domain::{ApiError, HostName};

use super::client::Session;
use super::wire::{self, Domain};
use crate::Contract;

impl Session {
    /// Host of the shop's primary domain. None if the shop names none or refuses to list its
    /// domains; the brief's contract has no such list.
    pub(super) async fn find_primary_domain(&self) -> Result<Option<HostName>, ApiError> {
        let domains = self.find_domains().await?;
        Ok(domains.into_iter().find(|domain| domain.is_primary).map(|domain| domain.host))
    }

    /// The shop's domains; none if it refuses to list them.
    pub(super) async fn find_domains(&self) -> Result<Vec<Domain>, ApiError> {
        if self.contract() == Contract::Brief {
            return Ok(Vec::new());
        }
        // The list takes no parameters.
        let found = self.get_optional("domains", "", |body| {
            let body = wire::body_text(body);
            wire::decode_domains(&body).map_err(|_| ApiError::Malformed("not a list"))
        });
        Ok(found.await?.unwrap_or_default())
    }
}
