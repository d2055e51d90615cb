//! A delivery: `{"event": "order/update", "order": {…}}`. The record may also be in `data`, or its
//! fields beside the event.

use serde::Deserialize;
use serde_json::value::RawValue;
use shopcall_domain::{
    DecodeError, Delivery, DeliveryError, Hint, Order, OrderHint, SkippedFields,
};

use super::super::context::ShopContext;
use super::super::page::body_text;
use super::super::scalar::Scalar;
use super::super::shape::{MAX_ID, Ref};
use super::super::webhook::{MAX_BODY, check_bounds, digest, is_askable};
use super::decode_order;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Envelope<'a> {
    #[serde(borrow)]
    event: Scalar<'a>,
    #[serde(borrow)]
    order: Option<&'a RawValue>,
    #[serde(borrow)]
    product: Option<&'a RawValue>,
    #[serde(borrow)]
    customer: Option<&'a RawValue>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Numbered<'a> {
    #[serde(borrow)]
    order_number: Scalar<'a>,
}

/// Reads a delivery's body, which is JSON whatever its content type.
pub(crate) fn decode_delivery(
    body: &[u8],
    context: &ShopContext,
) -> Result<Delivery, DeliveryError> {
    if body.len() > MAX_BODY {
        return Err(DeliveryError::TooLarge);
    }
    let text = body_text(body);
    let json = text.trim();
    if json.is_empty() {
        return Err(DeliveryError::Empty);
    }
    check_bounds(json)?;
    if !json.starts_with('{') {
        return Err(DeliveryError::Malformed);
    }
    let envelope: Envelope<'_> =
        serde_json::from_str(json).map_err(|_| DeliveryError::Malformed)?;
    let event = envelope.event.text().ok_or(DeliveryError::UnknownEvent)?;
    let (topic, _) = event.split_once('/').ok_or(DeliveryError::UnknownEvent)?;
    let own = match topic {
        "order" => envelope.order,
        "product" => envelope.product,
        "customer" => envelope.customer,
        _ => return Err(DeliveryError::UnknownEvent),
    };
    let record = own.or(envelope.data).map_or(json, RawValue::get);
    let hint = match topic {
        "order" => order(record, context),
        "product" => id(record).map(|id| Hint::Product { id }),
        _ => id(record).map(|id| Hint::Customer { id }),
    };
    let hint = hint.ok_or(DeliveryError::Malformed)?;
    Ok(Delivery { hints: vec![hint], ..Delivery::default() })
}

/// Id of a record, or the id itself in place of a record.
fn id(record: &str) -> Option<String> {
    Ref::read(record).id().filter(|id| is_askable(id)).map(str::to_owned)
}

fn order(record: &str, context: &ShopContext) -> Option<Hint> {
    let numbered: Numbered<'_> = serde_json::from_str(record).unwrap_or_default();
    let (id, inner_id) = (id(record), numbered.order_number.text_within(MAX_ID));
    if id.is_none() && inner_id.is_none() {
        return None;
    }
    let hint = OrderHint {
        provisional: provisional(record, context),
        digest: digest(record),
        id,
        inner_id,
    };
    Some(Hint::Order(Box::new(hint)))
}

/// The order in the payload, if it is complete enough to be stored: it has a status.
fn provisional(record: &str, context: &ShopContext) -> Result<Order, DecodeError> {
    let item: &RawValue = serde_json::from_str(record).map_err(|_| DecodeError::Malformed)?;
    let order = decode_order(item, context, &mut SkippedFields::default())?;
    if order.status.as_ref().is_none_or(|status| status.names.is_empty()) {
        return Err(DecodeError::Missing { field: "status" });
    }
    Ok(Order { provisional: true, ..order })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn decode(body: &Value) -> Result<Delivery, DeliveryError> {
        decode_delivery(body.to_string().as_bytes(), &ShopContext::default())
    }

    fn order_hint(body: &Value) -> OrderHint {
        let Hint::Order(hint) = decode(body).unwrap().hints.remove(0) else { panic!("an order") };
        *hint
    }

    #[test]
    fn order_is_a_hint_with_provisional_data() {
        let order = json!({
            "id": "b3JkZXItMTkw", "order_number": "190", "status": "completed",
            "total": "25990.00", "currency": "HUF",
        });
        let hint = order_hint(&json!({"event": "order/update", "order": order}));
        assert_eq!(
            (hint.id.as_deref(), hint.inner_id.as_deref()),
            (Some("b3JkZXItMTkw"), Some("190"))
        );
        let provisional = hint.provisional.unwrap();
        assert!(provisional.provisional && provisional.total_gross.is_some());
        let in_data = order_hint(&json!({"event": "order/update", "data": order}));
        assert_eq!(in_data.digest, hint.digest);
    }

    #[test]
    fn order_without_status_is_only_a_hint() {
        let hint = order_hint(&json!({"event": "order/create", "order": {"id": 7}}));
        assert_eq!(hint.id.as_deref(), Some("7"));
        assert!(hint.provisional.is_err());
    }

    #[test]
    fn products_and_customers_are_named_by_id() {
        for (event, field) in [("product/update", "product"), ("customer/create", "customer")] {
            for record in [json!({"id": "abc="}), json!("abc=")] {
                let mut body = json!({"event": event});
                body[field] = record;
                let hint = decode(&body).unwrap().hints.remove(0);
                assert!(
                    matches!(&hint, Hint::Product { id } | Hint::Customer { id } if id == "abc="),
                    "{body}"
                );
            }
        }
        let flat = json!({"event": "product/delete", "id": 42});
        assert_eq!(decode(&flat).unwrap().hints, [Hint::Product { id: "42".into() }]);
    }

    #[test]
    fn unreadable_body_is_refused() {
        let unknown = Err(DeliveryError::UnknownEvent);
        assert_eq!(decode(&json!({"order": {"id": "1"}})), unknown);
        assert_eq!(decode(&json!({"event": "cart/update", "data": {"id": "1"}})), unknown);
        for malformed in [
            json!([]),
            json!({"event": "order/create"}),
            json!({"event": "product/update", "product": {"id": "../orders"}}),
        ] {
            assert_eq!(decode(&malformed), Err(DeliveryError::Malformed), "{malformed}");
        }
        let read = |body: &[u8]| decode_delivery(body, &ShopContext::default());
        assert_eq!(read(b" "), Err(DeliveryError::Empty));
        assert_eq!(read(&vec![b' '; MAX_BODY + 1]), Err(DeliveryError::TooLarge));
        assert_eq!(read("[".repeat(1000).as_bytes()), Err(DeliveryError::TooDeep));
    }

    proptest! {
        #[test]
        fn any_body_is_read_without_panic(
            event in prop::sample::select(vec!["order/create", "product/update", "customer/x", "x"]),
            record in super::super::super::arbitrary::json(),
        ) {
            let _ = decode(&record);
            let _ = decode(&json!({"event": event, "data": record, "order": record}));
        }
    }
}
