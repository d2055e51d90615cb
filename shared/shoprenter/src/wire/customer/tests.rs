use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::planted::{assert_nothing_planted, plant};
use super::*;
use shopcall_domain::{Email, PersonName};

/// A record with the API's quirks: numbers as texts, `{}` for empty values, links for records.
fn record() -> Value {
    json!({
        "href": "https://bolt.old.example/customerExtend/VjE=",
        "id": "VjE=", "innerId": "731", "firstname": "Őri", "lastname": "Ödön",
        "email": "Ori.Odon@Pelda.Example", "telephone": "06 20 123 4567", "fax": {},
        "password": "$2y$10$abcdefghijklmnopqrstuv", "newsletter": "0", "status": "1",
        "dateCreated": "2023-05-06T07:08:09", "dateUpdated": "2024-01-02 03:04:05",
        "defaultAddress": {"href": "https://bolt.old.example/addresses/QTE="},
        "customerGroup": {"href": "https://bolt.old.example/customerGroups/RzE="},
        "addresses": [
            {"id": "QTE=", "company": "Őri &amp; Társa Kft.", "firstname": "Őri", "lastname": "Ödön",
             "taxNumber": "12345678-1-42", "type": "private", "address1": "Fő tér 1.",
             "address2": "fszt.", "postcode": "4028", "city": "Debrecen",
             "telephone": "+36 20 123 4567", "zone": {}},
            {"company": {}, "firstname": [], "address1": "Kő köz 2.", "postcode": 9021,
             "city": "Győr", "telephone": "(06 1) 234-5678"},
        ],
        "loyaltyPoints": [],
    })
}

fn decode_counting(record: &Value) -> (Result<Customer, DecodeError>, SkippedFields) {
    let (json, mut skipped) = (record.to_string(), SkippedFields::default());
    let item = serde_json::from_str(&json).unwrap();
    (decode_customer(item, &ShopContext::default(), &mut skipped), skipped)
}

fn decode(record: &Value) -> Result<Customer, DecodeError> {
    decode_counting(record).0
}

fn with(field: &str, value: Value) -> Result<Customer, DecodeError> {
    let mut record = record();
    record[field] = value;
    decode(&record)
}

fn phones(customer: &Customer) -> Vec<&str> {
    customer.phones.iter().map(Phone::as_str).collect()
}

const fn unusable<T>(field: &'static str) -> Result<T, DecodeError> {
    Err(DecodeError::Unusable { field })
}

#[test]
fn customer_is_mapped_field_by_field() {
    let name =
        Some(PersonName { family: Some("Őri".into()), given: Some("Ödön".into()), full: None });
    let phone = |text: &str| Phone::try_from(text.to_owned()).unwrap();
    let expected = Customer {
        id: "VjE=".into(),
        inner_id: Some("731".into()),
        name: name.clone(),
        phones: vec![phone("+36201234567"), phone("+3612345678")],
        extensions: [].into(),
        email: Email::parse("ori.odon@pelda.example").ok(),
        addresses: vec![
            Address {
                name,
                company: Some("Őri & Társa Kft.".into()),
                postcode: Some("4028".into()),
                city: Some("Debrecen".into()),
                street: Some("Fő tér 1.".into()),
                street2: Some("fszt.".into()),
            },
            Address {
                postcode: Some("9021".into()),
                city: Some("Győr".into()),
                street: Some("Kő köz 2.".into()),
                ..Address::default()
            },
        ],
        created_at: "2023-05-06T05:08:09Z".parse().ok(),
        updated_at: "2024-01-02T02:04:05Z".parse().ok(),
    };
    let customer = decode(&record()).unwrap();
    assert_eq!(serde_json::to_value(&customer).unwrap(), serde_json::to_value(&expected).unwrap());
    assert_eq!(customer, expected);
}

#[test]
fn only_id_is_required() {
    let customer = decode(&json!({"id": "VjE="})).unwrap();
    assert!(customer.name.is_none() && customer.email.is_none() && customer.inner_id.is_none());
    assert!(customer.phones.is_empty() && customer.addresses.is_empty());
}

#[test]
fn any_field_but_id_may_be_empty() {
    for field in record().as_object().unwrap().keys().filter(|field| *field != "id") {
        for empty in [json!({}), json!([]), json!(""), json!(null)] {
            assert!(with(field, empty.clone()).is_ok(), "{field} {empty}");
        }
    }
}

#[test]
fn phone_numbers_are_deduplicated_with_own_first() {
    let own = with("telephone", json!("+36/1.234.5678")).unwrap();
    assert_eq!(phones(&own), ["+3612345678", "+36201234567"]);
    for junk in [json!("-"), json!("nincs"), json!("000"), json!({"x": 1}), json!(false)] {
        let customer = with("telephone", junk.clone()).unwrap();
        assert_eq!(phones(&customer), ["+36201234567", "+3612345678"], "{junk}");
    }
}

#[test]
fn single_address_may_be_bare_and_empty_dropped() {
    let address = json!({"city": "Eger", "telephone": "06 30 765 4321"});
    let customer = with("addresses", address).unwrap();
    assert_eq!(customer.addresses[0].city.as_deref(), Some("Eger"));
    assert_eq!(phones(&customer), ["+36201234567", "+36307654321"]);
    let customer = with("addresses", json!([{"id": "QTE=", "type": "private"}, {}, null])).unwrap();
    assert!(customer.addresses.is_empty());
}

#[test]
fn every_number_of_every_field_is_kept() {
    let mut record = record();
    record["telephone"] = json!("06201234567/06301234567");
    record["addresses"][0]["telephone"] = json!("06 1 234 5678 mell. 12");
    record["addresses"][1]["telephone"] = json!("06-70/765-4321 (Kati)");
    let customer = decode(&record).unwrap();
    assert_eq!(phones(&customer), ["+36201234567", "+36301234567", "+3612345678", "+36707654321"]);
    let landline = customer.phones[2].clone();
    assert_eq!(customer.extensions, [(landline, "12".to_owned())].into());
}

#[test]
fn number_without_country_code_is_of_the_addresss_country() {
    let mut record = record();
    record["telephone"] = json!("0670 123 4567");
    record["addresses"][0]["country"] = json!({"id": "QzE0", "isoCode2": "AT"});
    record["addresses"][0]["telephone"] = json!("01 534530");
    record["addresses"][1]["country"] = json!({"href": "https://bolt.old.example/countries/QzE="});
    record["addresses"][1]["telephone"] = json!("06 30 123 4567");
    let customer = decode(&record).unwrap();
    assert_eq!(phones(&customer), ["+436701234567", "+431534530", "+36301234567"]);
}

#[test]
fn empty_address_fields_are_none() {
    let mut record = record();
    record["addresses"] = json!([
        {"company": [], "firstname": "Kiss", "lastname": "Béla", "taxNumber": [], "telephone": []},
    ]);
    let customer = decode(&record).unwrap();
    let name = PersonName { family: Some("Kiss".into()), given: Some("Béla".into()), full: None };
    let expected = Address { name: Some(name), ..Address::default() };
    assert_eq!(customer.addresses, [expected]);
    assert_eq!(phones(&customer), ["+36201234567"]);
}

#[test]
fn invisible_characters_of_an_email_are_dropped() {
    let customer = with("email", json!("anna@pelda.example\u{200b}")).unwrap();
    assert_eq!(customer.email, Email::parse("anna@pelda.example").ok());
}

#[test]
fn unusable_field_costs_only_that_field() {
    for (field, value) in [
        ("innerId", json!("abc")),
        ("firstname", json!([7])),
        ("email", json!("nincs")),
        ("addresses", json!("hibás")),
        ("dateCreated", json!("2025-01-00T00:00:00")),
        ("dateUpdated", json!("yesterday")),
    ] {
        let mut spoiled = record();
        spoiled[field] = value.clone();
        let (customer, skipped) = decode_counting(&spoiled);
        assert_eq!(skipped.iter().collect::<Vec<_>>(), [(field, 1)], "{value}");
        assert_eq!(customer, with(field, json!(null)), "{field}: {value}");
    }
    let mut spoiled = record();
    spoiled["addresses"][0]["city"] = json!([7]);
    let (customer, skipped) = decode_counting(&spoiled);
    assert_eq!(skipped.iter().collect::<Vec<_>>(), [("addresses.city", 1)]);
    assert_eq!(customer.unwrap().addresses.len(), 2);
}

#[test]
fn record_without_usable_id_is_refused() {
    assert_eq!(with("id", json!({"x": 1})), unusable("id"));
    assert_eq!(with("id", json!([])), Err(DecodeError::Missing { field: "id" }));
    assert_eq!(decode(&json!("hibás rekord")), Err(DecodeError::NotARecord));
}

#[test]
fn zero_dates_are_none() {
    for zero in ["0000-00-00", "0000-00-00 00:00:00", "-0001-11-30T00:00:00"] {
        assert_eq!(with("dateUpdated", json!(zero)).unwrap().updated_at, None, "{zero}");
    }
}

#[test]
fn largest_customer_fits_into_a_row() {
    let long = "szó ".repeat(10_000);
    let address = |n: usize| {
        json!({"company": long, "firstname": long, "lastname": long, "postcode": long,
               "city": long, "address1": long, "telephone": format!("06 20 {}", 1_000_000 + n)})
    };
    let addresses = (0..1_000).map(address).collect::<Vec<_>>();
    let mut record = record();
    record["addresses"] = json!(addresses);
    let decoded = decode(&record).unwrap();
    assert_eq!(decoded.addresses.len(), MAX_ADDRESSES);
    let row = serde_json::to_vec(&decoded).unwrap().len();
    assert!(row < 400 * 1000, "{row}");
}

#[test]
fn debug_prints_no_personal_data() {
    let printed = format!("{:?}", decode(&record()).unwrap());
    for personal in ["Ödön", "Őri", "2012345", "pelda", "Debrecen", "Győr", "4028", "tér", "$2y$"]
    {
        assert!(!printed.contains(personal), "{personal} in {printed}");
    }
    assert!(printed.contains("VjE=") && printed.contains("731"));
}

#[test]
fn customer_is_stored_without_raw() {
    let decoded = decode(&record()).unwrap();
    let row = serde_json::to_string(&decoded).unwrap();
    assert_eq!(serde_json::from_str::<Customer>(&row).unwrap(), decoded);
}

#[test]
fn forbidden_values_are_never_stored() {
    let mut planted = record();
    plant(&mut planted);
    let decoded = decode(&planted).unwrap();
    assert_eq!(decoded, decode(&record()).unwrap());
    assert_nothing_planted(&decoded);
}

proptest! {
    #[test]
    fn any_value_of_any_field_keeps_the_customer(
        field in prop::sample::select(record().as_object().unwrap().keys().cloned().collect::<Vec<_>>()),
        value in super::super::arbitrary::json(),
    ) {
        prop_assume!(field != "id");
        let mut planted = record();
        planted[&field] = value;
        plant(&mut planted);
        match decode(&planted) {
            Ok(customer) => {
                assert_nothing_planted(&customer);
                prop_assert_eq!(customer.id, "VjE=");
            }
            Err(error) => prop_assert_eq!(error, DecodeError::Malformed),
        }
    }

    #[test]
    fn any_value_of_any_address_field_keeps_the_customer(
        field in prop::sample::select(vec![
            "firstname", "lastname", "company", "postcode", "city", "address1", "address2",
            "telephone", "country",
        ]),
        value in super::super::arbitrary::json(),
    ) {
        let mut spoiled = record();
        spoiled["addresses"][0][field] = value;
        match decode(&spoiled) {
            Ok(customer) => prop_assert_eq!(customer.addresses.len(), 2),
            Err(error) => prop_assert_eq!(error, DecodeError::Malformed),
        }
    }

    #[test]
    fn any_json_decodes_without_panic(json in super::super::arbitrary::json()) {
        let _ = decode(&json);
    }
}
