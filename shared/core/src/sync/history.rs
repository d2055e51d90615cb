//! Reads the histories of orders that changed, one request each.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::StreamExt as _;
use jiff::{SignedDuration, Timestamp};

use crate::domain::{FailureKind, History, Order, ShopSource};

/// Orders that a run finds changed longer ago keep the history that they have: callers ask about
/// recent orders, and a shop's first run would read thousands.
const RECENT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Concurrent requests, which wait for the shop's rate limit.
const AT_ONCE: usize = 3;

/// Reads the histories of the orders that changed within the last 30 days before `now`, by id.
/// After a failure the others are left to the next run: each would be retried in vain.
pub(super) async fn histories_of(
    source: &dyn ShopSource,
    changed: Vec<&Order>,
    now: Timestamp,
) -> HashMap<String, History> {
    let has_failed = AtomicBool::new(false);
    let mut reads = Vec::new();
    for order in changed {
        let at = order.updated_at.or(order.created_at);
        if at.is_some_and(|at| now.duration_since(at) <= RECENT) {
            reads.push(one_of(source, order, &has_failed));
        }
    }
    futures_util::stream::iter(reads).buffer_unordered(AT_ONCE).collect().await
}

async fn one_of(
    source: &dyn ShopSource,
    order: &Order,
    has_failed: &AtomicBool,
) -> (String, History) {
    if has_failed.load(Ordering::Relaxed) {
        return (order.id.clone(), History::Later);
    }
    let history = history_of(source, order).await;
    has_failed.fetch_or(history == History::Later, Ordering::Relaxed);
    (order.id.clone(), history)
}

/// Reads the history of an order. A failure fails nothing: the order is stored without it.
pub async fn history_of(source: &dyn ShopSource, order: &Order) -> History {
    if order.is_abandoned_cart() {
        return History::None;
    }
    match source.order_history(&order.id).await {
        Ok(history) => history,
        Err(error) => {
            let is_retryable = error.kind() == FailureKind::Retryable;
            tracing::warn!(
                error = error.name(),
                is_retryable,
                "the history of an order cannot be read"
            );
            if is_retryable { History::Later } else { History::None }
        }
    }
}
