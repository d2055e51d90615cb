//! `POST /webhooks/{platform}/orders/{key}`: the platform reports new or changed orders. Only the
//! address authenticates the sender, so a delivery is a hint: the records it names are read back
//! through the API. If that is impossible at the moment, the hint's own data is stored as
//! provisional, and a run that reads the record back is requested.
//!
//! Failures that a later run repairs are answered 200, a body that cannot be read included; 503 is
//! only for those that a retry can fix.

mod auth;
mod contexts;
mod delivery;
mod hint;
mod open;
mod read_back;

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::Serialize;
use shopcall_core::domain::clock::Clock;
use shopcall_core::domain::{Deadline, Delivery, DeliveryError, ShopContext};
use shopcall_core::runtime::config::SecretSource;
use shopcall_core::runtime::events::Bus;
use shopcall_core::runtime::http::{Answer, Failure, Problem, Request, RequestExt as _, json};
use shopcall_core::runtime::telemetry;
use shopcall_core::runtime::unavailable;
use shopcall_core::runtime::{Platforms, Services};
use shopcall_core::storage::{CacheRepository, HintRepository, KeyOwner, WebhookRepository};

use auth::{Authenticated, Gate};
use contexts::Contexts;
use delivery::Work;
use open::Open;

/// Time limit for reading back; the platform requires an answer within two seconds.
const READ_BACK: Duration = Duration::from_millis(1_200);
/// Time limit of the whole processing. Unsettled claims are then released.
const WORK: Duration = Duration::from_millis(1_700);
/// Time limit of the answer, whether or not releasing the claims has succeeded.
const ANSWER: Duration = Duration::from_millis(1_900);

/// Endpoint with its dependencies.
#[derive(Debug)]
pub struct WebhookOrders {
    auth: Gate,
    webhooks: WebhookRepository,
    contexts: Contexts,
    hints: HintRepository,
    cache: CacheRepository,
    platforms: Platforms,
    secrets: Arc<SecretSource>,
    bus: Bus,
    clock: Arc<dyn Clock>,
}

#[derive(Serialize)]
struct Taken {
    orders: usize,
}

impl WebhookOrders {
    /// Creates an endpoint over `services`.
    pub fn new(services: &Services) -> Self {
        Self {
            auth: Gate::new(services),
            webhooks: services.webhooks(),
            contexts: Contexts::new(services.contexts()),
            hints: services.hints(),
            cache: services.cache(),
            platforms: services.platforms.clone(),
            secrets: Arc::clone(&services.secrets),
            bus: services.bus(),
            clock: Arc::clone(&services.clock),
        }
    }

    /// Answers a delivery. Neither the address, which is a credential, nor the body is logged.
    pub async fn handle(&self, request: Request) -> Answer {
        let (deadline, answer_by) = (Deadline::after(READ_BACK), Deadline::after(ANSWER));
        let open = Open::default();
        let taken = tokio::time::timeout(WORK, self.take(&request, deadline, &open)).await;
        let answer = match taken {
            Ok(taken) => taken.unwrap_or_else(|failure| unavailable(&failure)),
            Err(_) => {
                tracing::error!("processing a webhook timed out");
                count("timed_out", 1);
                Problem::Unavailable.into()
            }
        };
        let given_up = tokio::time::timeout(answer_by.left(), open.abandon(&self.hints)).await;
        if given_up.is_err() {
            tracing::warn!("a webhook's claims could not be released");
        }
        answer
    }

    async fn take(
        &self,
        request: &Request,
        deadline: Deadline,
        open: &Open,
    ) -> Result<Answer, Failure> {
        let now = self.clock.now();
        let Some(authenticated) = self.auth.authenticate(request.raw_http_path(), now).await?
        else {
            count("refused", 1);
            return Ok(Problem::UnknownKey.into());
        };
        let Authenticated { owner, is_paused, not_shared } = authenticated;
        let context = self.contexts.get(&owner.store_id, owner.generation, now).await?;
        let content_type =
            request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let without = ShopContext::default();
        let known = context.as_deref().unwrap_or(&without);
        let api = self.platforms.api_of(&owner.store_id)?;
        let read = api.read_delivery(content_type, request.body(), known);
        let mut delivery = read.unwrap_or_else(|error| unreadable(&owner, request, error));
        report(&owner, &delivery);
        let orders = delivery.hints.len();
        // Deliveries that arrive before the webhook is removed are discarded.
        delivery.hints.retain(|hint| !not_shared.contains(&hint.resource()));
        let passed_over = orders - delivery.hints.len();
        if passed_over > 0 {
            count("withheld", passed_over as u64);
        }
        // The address proves that something has changed.
        let resource = owner.event.resource();
        let is_unread = delivery.quarantined > 0 && !not_shared.contains(&resource);
        let unread = is_unread.then_some(resource);
        let work = Work::new(self, (&owner, is_paused), context.as_deref(), deadline, open);
        work.carry_out(delivery.hints, unread).await?;
        if let Err(error) = self.webhooks.note_received(&owner, now).await {
            // A lost count does not justify a retried delivery.
            tracing::warn!(
                store_id = %owner.store_id, error = %error, "a webhook could not be counted"
            );
        }
        Ok(json(StatusCode::OK, &Taken { orders }))
    }
}

/// A delivery whose body cannot be read: one record, of which nothing is known.
fn unreadable(owner: &KeyOwner, request: &Request, error: DeliveryError) -> Delivery {
    tracing::warn!(
        store_id = %owner.store_id, event = owner.event.as_str(),
        bytes = request.body().len(), error = %error, "a webhook could not be parsed"
    );
    telemetry::count("WebhookUnreadable", ("kind", error.as_str()), 1);
    Delivery { quarantined: 1, ..Delivery::default() }
}

/// Logs and counts what a delivery consists of.
fn report(owner: &KeyOwner, delivery: &Delivery) {
    if let Some(shape) = delivery.shape {
        telemetry::count("WebhookBody", ("shape", shape.as_str()), 1);
    }
    for field in &delivery.fields {
        telemetry::count("WebhookField", ("field", field), 1);
    }
    if delivery.quarantined > 0 {
        tracing::warn!(
            store_id = %owner.store_id, event = owner.event.as_str(),
            count = delivery.quarantined, "part of a webhook could not be parsed"
        );
        count("quarantined", delivery.quarantined as u64);
    }
}

/// Counts outcomes of deliveries and hints.
fn count(outcome: &'static str, value: u64) {
    telemetry::count("Webhook", ("outcome", outcome), value);
}
