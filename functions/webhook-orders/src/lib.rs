//! `POST /webhooks/{platform}/orders/{key}`: the platform tells that orders were placed or have
//! changed. Nothing but the address says who calls, so a delivery is a hint: what it names is read
//! back through the API, and only if that is impossible now, what it says is kept, marked as
//! provisional, and a run is asked for that reads it back.
//!
//! Whatever can be repaired later is answered 200; 503 is only for what a repetition can cure.

mod contexts;
mod delivery;
mod gate;
mod hint;
mod open;
mod read_back;

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::Serialize;
use shopcall_core::domain::clock::Clock;
use shopcall_core::domain::{Deadline, DeliveryError, ShopContext};
use shopcall_core::runtime::config::SecretSource;
use shopcall_core::runtime::events::Bus;
use shopcall_core::runtime::http::{Answer, Failure, Problem, Request, RequestExt as _, json};
use shopcall_core::runtime::telemetry;
use shopcall_core::runtime::unavailable;
use shopcall_core::runtime::{Platforms, Services};
use shopcall_core::storage::{CacheRepository, HintRepository, WebhookRepository};

use contexts::Contexts;
use delivery::Work;
use gate::{Admitted, Gate};
use open::Open;

/// How long reading back may take: the platform is answered within two seconds.
const READ_BACK: Duration = Duration::from_millis(1_200);
/// How long all of the work may take. What was begun and has not come to its end is then given up.
const WORK: Duration = Duration::from_millis(1_700);
/// When the answer is given, whether giving up has succeeded or not.
const ANSWER: Duration = Duration::from_millis(1_900);

/// The endpoint and what it works with.
#[derive(Debug)]
pub struct WebhookOrders {
    gate: Gate,
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
    /// An endpoint over `services`.
    pub fn new(services: &Services) -> Self {
        Self {
            gate: Gate::new(services),
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

    /// Answers a delivery. The log says nothing of its address, which is a credential, and nothing
    /// of its body.
    pub async fn handle(&self, request: Request) -> Answer {
        let (deadline, answer_by) = (Deadline::after(READ_BACK), Deadline::after(ANSWER));
        let open = Open::default();
        let taken = tokio::time::timeout(WORK, self.take(&request, deadline, &open)).await;
        let answer = match taken {
            Ok(taken) => taken.unwrap_or_else(|failure| unavailable(&failure)),
            Err(_) => {
                tracing::error!("a webhook takes too long");
                count("timed_out", 1);
                Problem::Unavailable.into()
            }
        };
        let given_up = tokio::time::timeout(answer_by.left(), open.give_up(&self.hints)).await;
        if given_up.is_err() {
            tracing::warn!("a webhook is not given up");
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
        let Some(admitted) = self.gate.admit(request.raw_http_path(), now).await? else {
            count("refused", 1);
            return Ok(Problem::UnknownKey.into());
        };
        let Admitted { owner, is_paused, withheld } = admitted;
        let context = self.contexts.get(&owner.store_id, owner.generation, now).await?;
        let content_type =
            request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let without = ShopContext::default();
        let known = context.as_deref().unwrap_or(&without);
        let api = self.platforms.api_of(&owner.store_id)?;
        let mut delivery = match api.read_delivery(content_type, request.body(), known) {
            Ok(delivery) => delivery,
            Err(error) => {
                tracing::warn!(
                    store_id = %owner.store_id, event = owner.event.as_str(),
                    bytes = request.body().len(), error = %error, "a webhook is not understood"
                );
                count("malformed", 1);
                return Ok(refused(error).into());
            }
        };
        if delivery.quarantined > 0 {
            tracing::warn!(
                store_id = %owner.store_id, event = owner.event.as_str(),
                count = delivery.quarantined, "a part of a webhook is not understood"
            );
            count("quarantined", delivery.quarantined as u64);
        }
        let orders = delivery.hints.len();
        // What comes until the webhook is removed is said to nobody.
        delivery.hints.retain(|hint| !withheld.contains(&hint.resource()));
        let passed_over = orders - delivery.hints.len();
        if passed_over > 0 {
            count("withheld", passed_over as u64);
        }
        let work = Work::new(self, (&owner, is_paused), context.as_deref(), deadline, open);
        work.carry_out(delivery.hints).await?;
        if let Err(error) = self.webhooks.note_received(&owner, now).await {
            // A count is worth no second delivery.
            tracing::warn!(store_id = %owner.store_id, error = %error, "a webhook is not counted");
        }
        Ok(json(StatusCode::OK, &Taken { orders }))
    }
}

fn refused(error: DeliveryError) -> Problem {
    Problem::BadRequest(match error {
        DeliveryError::TooLarge => "the body is too large",
        DeliveryError::TooDeep => "the body is nested too deep",
        DeliveryError::Empty => "the body is empty",
        DeliveryError::Malformed => "the body is not understood",
        DeliveryError::UnknownEvent => "the event is not known",
    })
}

/// Counts what became of deliveries and of what they name.
fn count(outcome: &'static str, value: u64) {
    telemetry::count("Webhook", ("outcome", outcome), value);
}
