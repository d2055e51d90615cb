//! Plans for shops in any state, carried out in memory and computed again.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use url::Url;

use super::*;
use crate::access::{CapabilityKey, KeySelector};
use crate::domain::{FieldNames, Generation, ListedWebhook, PlatformId, WebhookEvent, WebhookUrl};
use crate::storage::{FieldsDigest, KeyNote, Registration, WebhookRows};

const PRESENT: Generation = Generation(2);
const LABEL: &str = "ShopCall 100";
const FIELDS: FieldNames = &["order_innerId", "order_email"];
const EVENTS: [&str; 4] =
    ["order_confirm", "order_status_change", "abandoned_cart", "newsletter_subscribe"];

fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

fn wanted() -> Wanted {
    Wanted {
        events: [WebhookEvent::OrderConfirm, WebhookEvent::OrderStatusChange]
            .map(|event| (event, FIELDS))
            .into(),
        addresses: DeliveryAddresses::new(
            &Url::parse("https://api.example/v1/").unwrap(),
            &PlatformId::parse("platform").unwrap(),
        ),
    }
}

fn key(number: usize) -> CapabilityKey {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&(number as u64).to_le_bytes());
    CapabilityKey::from_random(bytes)
}

/// The state of a generated webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Good,
    OldKey,
    ExpiringKey,
    OtherEventsKey,
    OlderInstall,
    UnknownKey,
    Moved,
    Edited,
    Foreign,
    ForeignOfOurName,
    NotListed,
}

const KINDS: [Kind; 11] = [
    Kind::Good,
    Kind::OldKey,
    Kind::ExpiringKey,
    Kind::OtherEventsKey,
    Kind::OlderInstall,
    Kind::UnknownKey,
    Kind::Moved,
    Kind::Edited,
    Kind::Foreign,
    Kind::ForeignOfOurName,
    Kind::NotListed,
];

#[derive(Debug, Clone)]
struct Seed {
    kind: Kind,
    event: usize,
    is_active: bool,
    is_delayed: bool,
    fields: usize,
}

/// A shop and our rows of it.
#[derive(Debug, Clone)]
struct World {
    listed: Vec<ListedWebhook>,
    rows: WebhookRows,
    made: usize,
}

impl World {
    fn of(seeds: &[Seed], missed: u64) -> Self {
        let mut world = Self { listed: Vec::new(), rows: WebhookRows::default(), made: 1000 };
        for (place, seed) in seeds.iter().enumerate() {
            world.add(place, seed);
        }
        for event in wanted().events.into_keys() {
            let mut of_event = world.listed.iter().filter(|listed| listed.event == event.as_str());
            let first = of_event.find(|listed| listed.url.as_ref().is_some_and(is_addressed_to_us));
            if let Some(id) = first.map(|listed| listed.id.clone()) {
                world.registered(event, id, &key(0).selector());
                let row = world.rows.registrations.last_mut().unwrap();
                (row.missed, row.asked_fields) = (missed, None);
            }
        }
        world
    }

    fn add(&mut self, place: usize, seed: &Seed) {
        let event = EVENTS[seed.event];
        let known = WebhookEvent::ALL.into_iter().find(|known| known.as_str() == event);
        let (key, ours) = (key(place), wanted().addresses);
        let url = match seed.kind {
            Kind::Foreign | Kind::ForeignOfOurName => {
                WebhookUrl::new(format!("https://other.example/{place}"))
            }
            Kind::Edited => WebhookUrl::new("https://elsewhere.example/".to_owned()),
            Kind::Moved => WebhookUrl::new(format!(
                "https://old.example/webhooks/platform/orders/{}",
                key.reveal()
            )),
            _ => ours.of(&key),
        };
        let id = format!("w{place}");
        let is_ours = !matches!(seed.kind, Kind::Foreign);
        self.listed.push(ListedWebhook {
            id: id.clone(),
            event: event.to_owned(),
            is_active: seed.is_active,
            label: if is_ours { LABEL } else { "Another" }.to_owned(),
            url: (seed.kind != Kind::NotListed).then_some(url),
            is_json: true,
            is_delayed: seed.is_delayed,
            fields: FIELDS[..seed.fields].iter().map(|field| (*field).to_owned()).collect(),
        });
        let Some(event) = known else { return };
        let is_known_by_id = matches!(seed.kind, Kind::Edited | Kind::NotListed);
        if is_known_by_id && self.rows.registration(PRESENT, event).is_none() {
            self.registered(event, id, &key.selector());
        }
        let is_noted = matches!(
            seed.kind,
            Kind::Good
                | Kind::OldKey
                | Kind::ExpiringKey
                | Kind::OtherEventsKey
                | Kind::OlderInstall
        );
        if is_noted {
            let days = if seed.kind == Kind::OldKey { 91 } else { 1 };
            let tomorrow = (now() + SignedDuration::from_hours(24)).as_second();
            self.rows.keys.push(KeyNote {
                selector: key.selector().as_str().to_owned(),
                generation: if seed.kind == Kind::OlderInstall { Generation(1) } else { PRESENT },
                event: match (seed.kind, event) {
                    (Kind::OtherEventsKey, WebhookEvent::OrderConfirm) => {
                        WebhookEvent::OrderStatusChange
                    }
                    (Kind::OtherEventsKey, _) => WebhookEvent::OrderConfirm,
                    (_, event) => event,
                },
                created_at: now() - SignedDuration::from_hours(24 * days),
                valid_until: (seed.kind == Kind::ExpiringKey).then_some(tomorrow),
            });
        }
    }

    fn view<'a>(&'a self, wanted: &'a Wanted) -> View<'a> {
        let (listed, rows) = (self.listed.as_slice(), &self.rows);
        View { wanted, label: LABEL, listed, rows, generation: PRESENT, now: now() }
    }

    fn registered(&mut self, event: WebhookEvent, id: String, key: &KeySelector) {
        let place = self.rows.registrations.iter().position(|row| row.event == event);
        let known = place.map(|place| self.rows.registrations.remove(place));
        self.rows.registrations.push(Registration {
            generation: PRESENT,
            event,
            id: Some(id),
            url_fingerprint: Some(key.as_str().to_owned()),
            active: true,
            registered_at: Some(now()),
            asked_fields: Some(FieldsDigest::of(FIELDS)),
            listed_fields: None,
            last_received: None,
            total_received: 0,
            missed: known.as_ref().map_or(0, |row| row.missed),
            silent_since: None,
            renewed_at: known.and_then(|row| row.renewed_at),
        });
    }

    fn row(&mut self, event: WebhookEvent) -> &mut Registration {
        self.rows.registrations.iter_mut().find(|row| row.event == event).unwrap()
    }

    fn new_key(&mut self, event: WebhookEvent) -> (WebhookUrl, KeySelector) {
        self.made += 1;
        let key = key(self.made);
        self.rows.keys.push(KeyNote {
            selector: key.selector().as_str().to_owned(),
            generation: PRESENT,
            event,
            created_at: now(),
            valid_until: None,
        });
        (wanted().addresses.of(&key), key.selector())
    }

    /// Does what the registrar does if nothing fails.
    fn carry_out(&mut self, plan: Plan) {
        let before = self.clone();
        let mut in_use = std::collections::BTreeMap::new();
        for (event, decision) in plan.decisions {
            let (id, url, key) = match decision {
                Decision::Keep { id, key, note, accept } => {
                    if let Some(key) = key.as_ref().filter(|_| note) {
                        self.registered(event, id, key);
                    }
                    if let Some(fields) = accept {
                        self.row(event).listed_fields = Some(fields);
                    }
                    in_use.extend(key.map(|key| (event, key)));
                    continue;
                }
                Decision::Correct { id, url: Some((url, key)) } => (id, url, key),
                Decision::Correct { id, url: None } => {
                    let (url, key) = self.new_key(event);
                    (id, url, key)
                }
                Decision::Create { silent } => {
                    let (url, key) = self.new_key(event);
                    if silent {
                        self.row(event).renewed_at = Some(now());
                    }
                    (format!("w{}", self.made), url, key)
                }
            };
            self.listed.retain(|listed| listed.id != id);
            self.listed.push(ListedWebhook {
                id: id.clone(),
                event: event.as_str().to_owned(),
                is_active: true,
                label: LABEL.to_owned(),
                url: Some(url),
                is_json: true,
                is_delayed: false,
                fields: FIELDS.iter().map(|field| (*field).to_owned()).collect(),
            });
            self.registered(event, id, &key);
            in_use.insert(event, key);
        }
        self.listed.retain(|listed| !plan.remove.contains(&listed.id));
        self.rows.registrations.retain(|row| !plan.forget.contains(&row.event));
        let wanted = wanted();
        for (key, end) in ended_keys(&before.view(&wanted), &in_use) {
            let is_it = |note: &KeyNote| note.selector == key.as_str();
            match end {
                KeyEnd::Now => self.rows.keys.retain(|note| !is_it(note)),
                KeyEnd::At(end) => {
                    let mut notes = self.rows.keys.iter_mut();
                    notes.find(|note| is_it(note)).unwrap().valid_until = Some(end.as_second());
                }
            }
        }
    }
}

fn is_addressed_to_us(url: &WebhookUrl) -> bool {
    wanted().addresses.is_here(url)
}

fn seeds() -> impl Strategy<Value = Vec<Seed>> {
    let kind = prop::sample::select(KINDS.to_vec());
    let seed =
        (kind, 0..EVENTS.len(), prop::bool::weighted(0.7), prop::bool::weighted(0.2), 0..3_usize);
    let seed = seed.prop_map(|(kind, event, is_active, is_delayed, fields)| Seed {
        kind,
        event,
        is_active,
        is_delayed,
        fields,
    });
    prop::collection::vec(seed, 0..9)
}

proptest! {
    #[test]
    fn two_reconciliations_settle_any_shop(seeds in seeds(), missed in 0_u64..5) {
        let (wanted, mut world) = (wanted(), World::of(&seeds, missed));
        world.carry_out(Plan::make(&world.view(&wanted)));
        // The second one records the fields that the shop lists after the first.
        world.carry_out(Plan::make(&world.view(&wanted)));
        let again = Plan::make(&world.view(&wanted));
        prop_assert!(again.is_settled(), "{again:?} of {world:?}");
    }

    #[test]
    fn each_wanted_event_has_one_working_webhook(seeds in seeds()) {
        let (wanted, mut world) = (wanted(), World::of(&seeds, 0));
        world.carry_out(Plan::make(&world.view(&wanted)));
        for event in wanted.events.keys() {
            let of_event = world.listed.iter().filter(|listed| listed.event == event.as_str());
            let ours: Vec<_> =
                of_event.filter(|listed| world.view(&wanted).is_ours(listed)).collect();
            prop_assert_eq!(ours.len(), 1);
            prop_assert!(ours[0].is_active && !ours[0].is_delayed);
            let Some(url) = &ours[0].url else { continue };
            let key = wanted.addresses.key_here(url).unwrap();
            let view = world.view(&wanted);
            let note = view.note(&key).unwrap();
            prop_assert_eq!((note.event, note.generation), (*event, PRESENT));
            prop_assert_eq!(note.valid_until, None);
        }
    }

    #[test]
    fn foreign_webhooks_are_never_changed(seeds in seeds(), missed in 0_u64..5) {
        let (wanted, mut world) = (wanted(), World::of(&seeds, missed));
        let theirs = |world: &World| {
            let is_theirs = |listed: &&ListedWebhook| {
                let url = listed.url.as_ref().map_or("", |url| url.reveal());
                url.starts_with("https://other.example/")
            };
            let known = |listed: &ListedWebhook| {
                world.rows.registrations.iter().any(|row| row.id.as_ref() == Some(&listed.id))
            };
            let theirs = world.listed.iter().filter(is_theirs).filter(|listed| !known(listed));
            theirs.cloned().collect::<Vec<_>>()
        };
        let before = theirs(&world);
        world.carry_out(Plan::make(&world.view(&wanted)));
        prop_assert_eq!(theirs(&world), before);
    }
}

/// A shop whose webhooks are all correct.
fn settled() -> World {
    let mut world = World::of(&[], 0);
    for _ in 0..2 {
        world.carry_out(Plan::make(&world.view(&wanted())));
    }
    world
}

fn decision(world: &World, event: WebhookEvent) -> Decision {
    let plan = Plan::make(&world.view(&wanted()));
    plan.decisions.into_iter().find(|(known, _)| *known == event).unwrap().1
}

/// A shop with new webhooks that drops a field name that it does not know.
fn dropping() -> World {
    let mut world = World::of(&[], 0);
    world.carry_out(Plan::make(&world.view(&wanted())));
    world.listed[0].fields = vec!["order_innerId".to_owned()];
    world
}

#[test]
fn dropped_field_name_is_accepted_once() {
    let (event, mut world) = (WebhookEvent::OrderConfirm, dropping());
    let accepted = decision(&world, event);
    assert!(matches!(accepted, Decision::Keep { note: false, accept: Some(_), .. }));
    world.carry_out(Plan::make(&world.view(&wanted())));
    assert!(Plan::make(&world.view(&wanted())).is_settled());
}

#[test]
fn changed_request_or_list_is_corrected_once() {
    let event = WebhookEvent::OrderConfirm;
    let mut settled = dropping();
    settled.carry_out(Plan::make(&settled.view(&wanted())));
    let (mut asked, mut unknown, mut edited) = (settled.clone(), settled.clone(), settled);
    asked.row(event).asked_fields = Some(FieldsDigest::of(&["order_language"]));
    unknown.row(event).asked_fields = None;
    edited.listed[0].fields = vec!["order_email".to_owned()];
    for mut world in [asked, unknown, edited] {
        assert!(matches!(decision(&world, event), Decision::Correct { url: Some(_), .. }));
        world.carry_out(Plan::make(&world.view(&wanted())));
        assert!(matches!(decision(&world, event), Decision::Keep { accept: Some(_), .. }));
        world.carry_out(Plan::make(&world.view(&wanted())));
        assert!(Plan::make(&world.view(&wanted())).is_settled());
    }
}

#[test]
fn silent_after_three_missed_orders_renewed_daily() {
    let event = WebhookEvent::OrderConfirm;
    let after = |missed: u64, renewed_hours_ago: Option<i64>| {
        let mut world = settled();
        let row = world.row(event);
        row.missed = missed;
        row.renewed_at = renewed_hours_ago.map(|hours| now() - SignedDuration::from_hours(hours));
        matches!(decision(&world, event), Decision::Create { silent: true })
    };
    assert_eq!((after(2, None), after(3, None)), (false, true));
    assert_eq!((after(9, Some(23)), after(9, Some(24))), (false, true));
}

#[test]
fn unregistered_key_expires_after_ten_minutes() {
    let mut world = settled();
    world.new_key(WebhookEvent::OrderConfirm);
    assert!(Plan::make(&world.view(&wanted())).is_settled());
    let later = SignedDuration::from_mins(10);
    let note = world.rows.keys.last_mut().unwrap();
    note.created_at = now() - later;
    let selector = note.selector.clone();
    let ended = Plan::make(&world.view(&wanted())).ended;
    assert_eq!(ended, [(KeySelector::stored(selector), KeyEnd::Now)]);
}
