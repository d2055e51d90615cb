//! Webhooks of the product brief's dialect: every change of a record, as JSON.

use std::sync::Arc;

use serde_json::json;

use super::{dispatch, payload::Payload};
use crate::{
    catalogue::Kind,
    config::Dialect,
    shop::Shop,
    world::{World, lock, read},
};

/// Change of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Created,
    Updated,
    Deleted,
}

impl Change {
    const fn name(self) -> &'static str {
        match self {
            Self::Created => "create",
            Self::Updated => "update",
            Self::Deleted => "delete",
        }
    }
}

/// Name of a record in events and deliveries.
const fn topic(kind: Kind) -> &'static str {
    match kind {
        Kind::Products => "product",
        Kind::Orders => "order",
        Kind::Customers => "customer",
    }
}

/// Whether a webhook can be registered for the event.
pub(crate) fn is_event(event: &str) -> bool {
    let changes = [Change::Created, Change::Updated, Change::Deleted].map(Change::name);
    let topics = [Kind::Products, Kind::Orders, Kind::Customers].map(topic);
    event.split_once('/').is_some_and(|(of, name)| topics.contains(&of) && changes.contains(&name))
}

/// Sends a record to every webhook registered for the change; of a deleted one, only its id. Does
/// nothing in another dialect.
pub(crate) fn announce_change(
    world: &Arc<World>,
    shop: &Arc<Shop>,
    kind: Kind,
    change: Change,
    index: u32,
) {
    if shop.config().dialect != Dialect::Brief {
        return;
    }
    let event = format!("{}/{}", topic(kind), change.name());
    let number = kind.inner_id(index);
    let record = {
        let catalogue = read(&shop.catalogue);
        let record = catalogue.stock(kind).brief(&catalogue.recipe, index);
        record.unwrap_or_else(|| json!({ "id": kind.id(number) }))
    };
    let targets = lock(&shop.webhooks).active_for(&[&event]);
    for target in targets {
        dispatch(world, shop, &target, Payload::of_record(number, record.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_changes_of_records_are_events() {
        for event in ["order/create", "product/delete", "customer/update"] {
            assert!(is_event(event), "{event}");
        }
        for other in ["order_confirm", "order", "order/", "cart/create", "order/paid"] {
            assert!(!is_event(other), "{other}");
        }
    }
}
