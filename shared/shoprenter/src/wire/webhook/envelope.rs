//! Wrappers around the records, in all known forms: `{"orders": {"order": [{…}]}}`, `{"event": …,
//! "order": {…}}`, either in `response` or `data`, as JSON or as a text that contains JSON.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::super::context::ShopContext;
use super::super::scalar::Scalar;
use super::fields::Names;
use super::{Delivery, DeliveryError, Hint, MAX_RECORDS, arrived, bounds, order};

/// Levels of wrappers removed before the body is refused.
const MAX_WRAPPINGS: u8 = 8;

/// Kind of record that an event concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Topic {
    Order,
    Product,
    Customer,
}

impl Topic {
    /// `order/create`, `order.create`, `order_confirm` and abandoned carts concern orders.
    fn parse(event: &str) -> Option<Self> {
        let event = event.trim().to_ascii_lowercase();
        match event.split(['/', '.', '_', ':']).next()? {
            "order" | "orders" | "abandoned" => Some(Self::Order),
            "product" | "products" => Some(Self::Product),
            "customer" | "customers" => Some(Self::Customer),
            _ => None,
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
struct Envelope<'a> {
    event: Scalar<'a>,
    orders: Scope<'a>,
    order: Scope<'a>,
    product: Scope<'a>,
    customer: Scope<'a>,
    data: Scope<'a>,
    response: Scope<'a>,
}

/// A value that may contain records.
#[derive(Default)]
enum Scope<'a> {
    #[default]
    Absent,
    /// `{}`, `[]`, `""`, null.
    Empty,
    Json(&'a str),
}

impl<'a> Scope<'a> {
    fn json(&self) -> Option<&'a str> {
        match self {
            Self::Json(json) => Some(json),
            Self::Absent | Self::Empty => None,
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Scope<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = <&RawValue>::deserialize(deserializer)?.get();
        Ok(if Scalar::read(json) == Scalar::Empty { Self::Empty } else { Self::Json(json) })
    }
}

/// Reads the records of an opened body.
pub(super) fn read(json: &str, context: &ShopContext) -> Result<Delivery, DeliveryError> {
    Reader { context }.read(json, None, MAX_WRAPPINGS)
}

struct Reader<'c> {
    context: &'c ShopContext,
}

impl Reader<'_> {
    fn read(
        &self,
        json: &str,
        topic: Option<Topic>,
        wrappings: u8,
    ) -> Result<Delivery, DeliveryError> {
        let wrappings = wrappings.checked_sub(1).ok_or(DeliveryError::Malformed)?;
        let json = json.trim_matches(is_padding);
        match json.as_bytes().first() {
            Some(b'{') => self.object(json, topic, wrappings),
            Some(b'[') => {
                let records: Records<'_> = parse(json)?;
                self.deliver(records, topic.unwrap_or(Topic::Order))
            }
            Some(b'"') => self.text(json, topic, wrappings),
            Some(_) if topic.is_some_and(|topic| topic != Topic::Order) => self.only(json, topic),
            Some(_) => Err(DeliveryError::Malformed),
            None => Err(DeliveryError::Empty),
        }
    }

    /// JSON within a text, or the id of a product or a customer.
    fn text(
        &self,
        json: &str,
        topic: Option<Topic>,
        wrappings: u8,
    ) -> Result<Delivery, DeliveryError> {
        // Not JSON, or followed by trailing data.
        let _: IgnoredAny = parse(json)?;
        match Scalar::read(json) {
            Scalar::Text(text) if text.trim_start().starts_with(['{', '[', '"']) => {
                bounds::check(&text)?;
                self.read(&text, topic, wrappings)
            }
            Scalar::Text(_) if topic.is_some_and(|topic| topic != Topic::Order) => {
                self.only(json, topic)
            }
            Scalar::Empty => Err(DeliveryError::Empty),
            _ => Err(DeliveryError::Malformed),
        }
    }

    fn object(
        &self,
        json: &str,
        topic: Option<Topic>,
        wrappings: u8,
    ) -> Result<Delivery, DeliveryError> {
        let envelope: Envelope<'_> = parse(json)?;
        let topic = envelope.topic().or(Ok(topic).transpose()).transpose()?;
        let names: Names<'_> = parse(json)?;
        if let Some((inner, topic)) = envelope.records(topic) {
            return self.read(inner, Some(topic), wrappings);
        }
        if names.are_of_an_order() && topic.is_none_or(|topic| topic == Topic::Order) {
            return self.only(json, Some(Topic::Order));
        }
        if let Some(inner) = envelope.data.json().or(envelope.response.json()) {
            return self.read(inner, topic, wrappings);
        }
        if Scalar::read(json) == Scalar::Empty || envelope.is_empty_wrapper() {
            return Err(DeliveryError::Empty);
        }
        if topic.is_some() { self.only(json, topic) } else { Err(DeliveryError::Malformed) }
    }

    fn only(&self, json: &str, topic: Option<Topic>) -> Result<Delivery, DeliveryError> {
        let records = Records { first: vec![parse(json)?], beyond: 0 };
        self.deliver(records, topic.unwrap_or(Topic::Order))
    }

    fn deliver(&self, records: Records<'_>, topic: Topic) -> Result<Delivery, DeliveryError> {
        let mut delivery = Delivery { quarantined: records.beyond, ..Delivery::default() };
        for record in records.first.into_iter().map(RawValue::get) {
            match self.hint(record, topic) {
                Some(hint) => {
                    if topic == Topic::Order {
                        delivery.fields.extend(arrived::names(record));
                    }
                    delivery.hints.push(hint);
                }
                None if Scalar::read(record) == Scalar::Empty => {}
                None => delivery.quarantined += 1,
            }
        }
        if delivery == Delivery::default() { Err(DeliveryError::Empty) } else { Ok(delivery) }
    }

    fn hint(&self, record: &str, topic: Topic) -> Option<Hint> {
        let names = Names::read(record);
        match topic {
            Topic::Order if !record.starts_with('{') => None,
            Topic::Order => {
                order::hint(record, &names, self.context).map(|hint| Hint::Order(Box::new(hint)))
            }
            Topic::Product => names.id().map(|id| Hint::Product { id }),
            Topic::Customer => names.id().map(|id| Hint::Customer { id }),
        }
    }
}

impl<'a> Envelope<'a> {
    /// The event's kind, unless there are orders: they take precedence.
    fn topic(&self) -> Option<Result<Topic, DeliveryError>> {
        let topic = Topic::parse(self.event.text()?);
        let topic = topic.or(self.orders.json().map(|_| Topic::Order));
        Some(topic.ok_or(DeliveryError::UnknownEvent))
    }

    fn is_empty_wrapper(&self) -> bool {
        let wrappings = [&self.orders, &self.order, &self.data, &self.response];
        wrappings.into_iter().any(|scope| matches!(scope, Scope::Empty))
    }

    fn records(&self, topic: Option<Topic>) -> Option<(&'a str, Topic)> {
        let inner = match topic {
            None | Some(Topic::Order) => self.orders.json().or(self.order.json()),
            Some(Topic::Product) => self.product.json(),
            Some(Topic::Customer) => self.customer.json(),
        };
        inner.zip(Some(topic.unwrap_or(Topic::Order)))
    }
}

/// Characters that may surround JSON.
fn is_padding(character: char) -> bool {
    character.is_ascii_whitespace() || matches!(character, '\0' | '\u{feff}')
}

fn parse<'a, T: Deserialize<'a>>(json: &'a str) -> Result<T, DeliveryError> {
    serde_json::from_str(json).map_err(|error| {
        if error.is_eof() { DeliveryError::Truncated } else { DeliveryError::Malformed }
    })
}

/// The elements of an array, up to the number examined.
struct Records<'a> {
    first: Vec<&'a RawValue>,
    beyond: usize,
}

impl<'de: 'a, 'a> Deserialize<'de> for Records<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Records<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Records<'de>, A::Error> {
                let mut records = Records { first: Vec::new(), beyond: 0 };
                while records.first.len() < MAX_RECORDS {
                    match seq.next_element()? {
                        Some(record) => records.first.push(record),
                        None => return Ok(records),
                    }
                }
                while seq.next_element::<IgnoredAny>()?.is_some() {
                    records.beyond += 1;
                }
                Ok(records)
            }
        }
        deserializer.deserialize_seq(Collect)
    }
}
