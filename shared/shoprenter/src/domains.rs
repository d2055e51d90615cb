//! Hosts of a shop: `/domains`.

use shopcall_domain::{ApiError, HostName};

use super::client::Session;
use super::wire;
use crate::Contract;

impl Session {
    /// Host of the shop's primary domain. None if the shop names none or refuses to list its
    /// domains; the brief's contract has no such list.
    pub(super) async fn find_primary_domain(&self) -> Result<Option<HostName>, ApiError> {
        if self.contract() == Contract::Brief {
            return Ok(None);
        }
        // The list takes no parameters.
        let found = self.get_optional("domains", "", |body| {
            let body = wire::body_text(body);
            wire::decode_primary_domain(&body).map_err(|_| ApiError::Malformed("not a list"))
        });
        Ok(found.await?.flatten())
    }
}
