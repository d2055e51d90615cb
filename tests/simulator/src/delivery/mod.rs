//! Background webhook delivery with configurable unreliability.

mod body;
mod brief;
mod payload;

use std::{collections::VecDeque, sync::Arc, time::Duration};

use jiff::Timestamp;
use serde::Serialize;

use crate::{
    admin::describe,
    config::Dialect,
    shop::Shop,
    webhook::Registration,
    world::{World, lock, read},
};
pub(crate) use brief::{Change, announce_change, is_event};
use payload::Payload;

const MAX_LOG: usize = 1_000;
const PATIENCE: Duration = Duration::from_secs(30);

/// Attempt to deliver a webhook, or the decision not to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Delivery {
    /// Time of the attempt.
    pub at: Timestamp,
    /// Registered event.
    pub event: String,
    /// Address.
    pub url: String,
    /// Number of the order.
    pub order: u32,
    /// Number of earlier attempts for this delivery.
    pub attempt: u32,
    /// Status of the answer; 0 without one.
    pub status: u16,
    /// `delivered`, `lost` (deliberately) or `failed`.
    pub outcome: &'static str,
    /// Reason of a failure.
    pub error: Option<String>,
}

/// Completed deliveries and the number in progress.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    log: VecDeque<Delivery>,
    pub(crate) pending: usize,
}

impl Outbox {
    fn record(&mut self, delivery: Delivery) {
        if self.log.len() >= MAX_LOG {
            self.log.pop_front();
        }
        self.log.push_back(delivery);
    }

    pub(crate) fn log(&self) -> Vec<Delivery> {
        self.log.iter().cloned().collect()
    }
}

/// Change of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OrderEvent {
    Placed,
    StatusChanged,
    CartAbandoned,
}

impl OrderEvent {
    const fn name(self) -> &'static str {
        match self {
            Self::Placed => "order_confirm",
            Self::StatusChanged => "order_status_change",
            Self::CartAbandoned => "abandoned_cart",
        }
    }
}

/// Sends the order's current state to every webhook registered for the event. The product brief's
/// dialect has events of its own.
pub(crate) fn announce(world: &Arc<World>, shop: &Arc<Shop>, event: OrderEvent, index: u32) {
    if shop.config().dialect == Dialect::Brief {
        return;
    }
    let targets = lock(&shop.webhooks).active_for(&[event.name()]);
    let catalogue = read(&shop.catalogue);
    let Some(order) = catalogue.order(index) else { return };
    let recipe = catalogue.recipe.clone();
    drop(catalogue);
    for target in targets {
        let payload = Payload::new(&order, &recipe, &target);
        dispatch(world, shop, &target, payload);
    }
}

fn dispatch(world: &Arc<World>, shop: &Arc<Shop>, target: &Registration, payload: Payload) {
    let config = shop.config();
    let delivery = &config.delivery;
    let mut draw = lock(&shop.draw);
    let is_lost = draw.chance(delivery.lose);
    let copies = 1 + u32::from(draw.chance(delivery.duplicate));
    let held = if draw.chance(delivery.reorder) { delivery.reorder_ms } else { 0 };
    let payload = payload.with_bare_order(draw.chance(delivery.bare_order));
    drop(draw);
    if is_lost {
        lock(&shop.outbox).record(log_entry(target, (payload.order, 0), 0, "lost", None));
        return;
    }
    lock(&shop.outbox).pending += copies as usize;
    let delay = Duration::from_millis(delivery.delay_ms.saturating_add(held));
    for _ in 0..copies {
        let (world, shop) = (Arc::clone(world), Arc::clone(shop));
        let (target, payload) = (target.clone(), payload.clone());
        world.runtime.clone().spawn(async move {
            tokio::time::sleep(delay).await;
            deliver(&world, &shop, &target, &payload).await;
            lock(&shop.outbox).pending -= 1;
        });
    }
}

async fn deliver(world: &World, shop: &Shop, target: &Registration, payload: &Payload) {
    let config = shop.config();
    let body = body::encode(payload, target, config.delivery.encoding);
    for attempt in 0..=config.delivery.retries {
        if attempt > 0 {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        let request = world.client.post(&target.url).timeout(PATIENCE);
        let request = request.header("user-agent", "ShopRenter").header("expect", "100-continue");
        let request = request.header("content-type", body.content_type.as_str());
        let (status, error) = match request.body(body.bytes.clone()).send().await {
            Ok(response) => (response.status().as_u16(), None),
            Err(error) => (0, Some(describe(&error.without_url()))),
        };
        let is_good = (200..300).contains(&status);
        let outcome = if is_good { "delivered" } else { "failed" };
        let order = (payload.order, attempt);
        lock(&shop.outbox).record(log_entry(target, order, status, outcome, error));
        if is_good {
            break;
        }
    }
}

fn log_entry(
    target: &Registration,
    (order, attempt): (u32, u32),
    status: u16,
    outcome: &'static str,
    error: Option<String>,
) -> Delivery {
    Delivery {
        at: Timestamp::now(),
        event: target.event.clone(),
        url: target.url.clone(),
        order,
        attempt,
        status,
        outcome,
        error,
    }
}
