//! Who may frame what the admin opens: the shop's own admin, wherever it is reached.

use crate::config::Addresses;
use crate::domain::{HostName, ShopName};
use crate::pages::{admin_hosts, any_admin};

/// The origins of one shop's admin, and of its primary domain where that is known.
pub fn of_shop(addresses: &Addresses, shop: &ShopName, domain: Option<&HostName>) -> Vec<String> {
    let mut origins = admin_hosts(shop).to_vec();
    origins.extend(domain.map(|host| format!("https://{}", host.as_str())));
    add(origins, addresses.admin_origin(Some(shop)))
}

/// The origins of any shop's admin, for what says nothing of a shop.
pub fn of_any(addresses: &Addresses) -> Vec<String> {
    add(any_admin().to_vec(), addresses.admin_origin(None))
}

fn add(mut origins: Vec<String>, configured: Option<String>) -> Vec<String> {
    origins.extend(configured.filter(|origin| !origins.contains(origin)));
    origins
}
