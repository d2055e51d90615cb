//! An item of `customers`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::context::ShopContext;
use super::super::person;
use super::super::record::{one_record, required_id};
use super::super::scalar::{Instant, Scalar};
use shopcall_domain::{Customer, DecodeError, SkippedFields};

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct WireCustomer<'a> {
    id: Scalar<'a>,
    email: Scalar<'a>,
    /// The given name.
    firstname: Scalar<'a>,
    /// The family name.
    lastname: Scalar<'a>,
    phone: Scalar<'a>,
    created_at: Scalar<'a>,
    updated_at: Scalar<'a>,
}

/// Decodes one item of a `customers` page. The contract has no customer numbers and no addresses.
pub(crate) fn decode_customer(
    item: &RawValue,
    context: &ShopContext,
    skipped: &mut SkippedFields,
) -> Result<Customer, DecodeError> {
    let wire: WireCustomer<'_> = one_record(item)?;
    let instant = Instant { zone: &context.time_zone };
    let mut part = |value, field| skipped.or_none(person::part(value, field));
    let name = person::name(part(&wire.lastname, "lastname"), part(&wire.firstname, "firstname"));
    let (mut phones, mut extensions) = (Vec::new(), BTreeMap::new());
    for typed in person::phones(&wire.phone, context.country) {
        extensions.extend(typed.extension.map(|digits| (typed.phone.clone(), digits)));
        phones.push(typed.phone);
    }
    Ok(Customer {
        id: required_id(&wire.id, "id")?,
        name,
        phones,
        extensions,
        email: skipped.or_none(person::email(&wire.email, "email")),
        created_at: skipped.or_none(instant.read(&wire.created_at, "created_at")),
        updated_at: skipped.or_none(instant.read(&wire.updated_at, "updated_at")),
        ..Customer::default()
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn decode(record: &Value) -> Result<Customer, DecodeError> {
        let json = record.to_string();
        decode_customer(
            serde_json::from_str(&json).unwrap(),
            &ShopContext::default(),
            &mut SkippedFields::default(),
        )
    }

    fn record() -> Value {
        json!({
            "id": "Y3VzdG9tZXItMTI=", "email": "Kovacs.Janos@pelda.example",
            "firstname": "János", "lastname": "Kovács", "phone": "+36201234567",
            "created_at": "2024-01-15T10:30:00Z",
        })
    }

    #[test]
    fn documented_customer_is_mapped_field_by_field() {
        let customer = decode(&record()).unwrap();
        let expected = Customer {
            id: "Y3VzdG9tZXItMTI=".into(),
            name: person::name(Some("Kovács".into()), Some("János".into())),
            phones: vec!["+36201234567".to_owned().try_into().unwrap()],
            email: shopcall_domain::Email::parse("kovacs.janos@pelda.example").ok(),
            created_at: "2024-01-15T10:30:00Z".parse().ok(),
            ..Customer::default()
        };
        assert_eq!(customer.phones, expected.phones);
        assert!(customer == expected, "{customer:?}");
    }

    #[test]
    fn unusable_field_costs_only_that_field() {
        for (field, value) in [
            ("firstname", json!({"a": 1})),
            ("phone", json!("nincs")),
            ("email", json!("nem mail")),
            ("created_at", json!("tegnap")),
        ] {
            let mut spoiled = record();
            spoiled[field] = value;
            let mut without = record();
            without.as_object_mut().unwrap().remove(field);
            assert!(decode(&spoiled) == decode(&without), "{field}");
        }
    }

    #[test]
    fn customer_without_id_is_refused() {
        let mut record = record();
        record["id"] = json!({});
        assert!(decode(&record) == Err(DecodeError::Missing { field: "id" }));
    }

    proptest! {
        #[test]
        fn any_field_value_keeps_the_customer(
            field in prop::sample::select(vec!["email", "firstname", "lastname", "phone", "created_at"]),
            value in super::super::super::arbitrary::json(),
        ) {
            let mut record = record();
            record[field] = value;
            prop_assert!(decode(&record).is_ok());
        }
    }
}
