//! Property tests of the verification.

use std::collections::BTreeMap;

use proptest::prelude::*;
use url::form_urlencoded;

use super::signing::{Draft, NOW, SECRET, with_tag_of};
use super::*;

/// Parameters signed by every form.
const THREE: [&str; 3] = ["shopname", "code", "timestamp"];

fn verify_install(raw_query: &str) -> Result<Verified, Refusal> {
    verify_callback(raw_query, &SigningKeys::new([SECRET]).unwrap(), NOW, Purpose::Install)
}

fn any_form() -> impl Strategy<Value = Form> {
    prop::sample::select(vec![Form::ShopnameFirst, Form::CodeFirst, Form::AsReceived, Form::Sorted])
}

/// Calls without `&` in values, which would rule out the decoded reading.
fn any_draft() -> impl Strategy<Value = Draft> {
    let added = prop::collection::btree_map("x[a-z_]{0,8}", "[^&]{0,20}", 0..5);
    let shop = "[A-Za-z0-9]([A-Za-z0-9-]{0,20}[A-Za-z0-9])?";
    (shop, "[^&]{1,30}", -300_i64..=60, added, any::<bool>(), any::<u64>()).prop_map(
        |(shop, code, offset, added, encode_all, order)| {
            let sent_at = (NOW.as_second() + offset).to_string();
            let draft = Draft::of(&shop).with("code", &code).with("timestamp", &sent_at);
            let draft = draft.with("app_url", &format!("https://{shop}.shoprenter.hu/"));
            let draft = added.iter().fold(draft, |draft, (name, value)| draft.with(name, value));
            let draft = if encode_all { draft.encoded_to_the_last_byte() } else { draft };
            draft.in_order_of(|(name, _)| {
                name.bytes().fold(order, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
            })
        },
    )
}

proptest! {
    #[test]
    fn each_form_accepts_its_own_signature(draft in any_draft(), form in any_form()) {
        let verified = verify_install(&draft.signed(form)).unwrap();
        prop_assert_eq!(verified.vouches_for_added(), form.vouches_for_added());
        prop_assert_eq!(verified.shop().as_str(), draft.get("shopname").to_ascii_lowercase());
        prop_assert_eq!(verified.code(), draft.get("code"));
        prop_assert_eq!(verified.app_url(), Some(draft.get("app_url")));
        for name in draft.names().into_iter().filter(|name| name.starts_with('x')) {
            prop_assert_eq!(verified.added(name), Some(draft.get(name)));
        }
    }

    #[test]
    fn forms_1_and_2_accept_raw_values(code in ".{1,30}") {
        let draft = Draft::of("demo").with("code", &code);
        let encoded: String = form_urlencoded::byte_serialize(code.as_bytes()).collect();
        let raw = draft.clone().with("code", &encoded);
        for form in [Form::ShopnameFirst, Form::CodeFirst] {
            let query = with_tag_of(&format!("{}&x=", draft.query()), &raw.text(form));
            let verified = verify_install(&query).unwrap();
            prop_assert_eq!((verified.form(), verified.code()), (form, code.as_str()));
        }
    }

    #[test]
    fn changed_key_byte_is_refused(
        draft in any_draft(), form in any_form(), at in 0..SECRET.len(), flip in 1_u8..=255,
    ) {
        let mut secret = SECRET.as_bytes().to_vec();
        secret[at] ^= flip;
        let keys = SigningKeys::new([secret]).unwrap();
        let verdict = verify_callback(&draft.signed(form), &keys, NOW, Purpose::Install);
        prop_assert_eq!(verdict.err(), Some(Refusal::BadSignature));
    }

    #[test]
    fn changed_signed_character_is_refused(
        draft in any_draft(), form in any_form(), which in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(), put in "[a-z0-9]",
    ) {
        let signed = draft.signed(form);
        let tag = signed.rsplit("&hmac=").next().unwrap();
        let names: Vec<_> = draft.names().into_iter()
            .filter(|name| form.vouches_for_added() || THREE.contains(name))
            .filter(|name| !draft.get(name).is_empty())
            .collect();
        let name = which.get(&names);
        let mut value: Vec<char> = draft.get(name).chars().collect();
        let at = at.index(value.len());
        value[at] = put.chars().next().unwrap();
        let changed: String = value.into_iter().collect();
        prop_assume!(changed != draft.get(name));
        let mutant = format!("{}&hmac={tag}", draft.clone().with(name, &changed).query());
        prop_assert!(verify_install(&mutant).is_err());
    }

    #[test]
    fn parameter_order_matters_only_in_form_3(draft in any_draft(), form in any_form()) {
        let signed = draft.signed(form);
        let tag = signed.rsplit("&hmac=").next().unwrap();
        let turned = draft.clone().in_order_of(|(name, _)| std::cmp::Reverse(name.clone()));
        prop_assume!(turned.names() != draft.names());
        let verdict = verify_install(&format!("{}&hmac={tag}", turned.query()));
        let reads_as_form_4 = draft.text(form) == draft.text(Form::Sorted);
        if form == Form::AsReceived && !reads_as_form_4 {
            prop_assert_eq!(verdict.err(), Some(Refusal::BadSignature));
        } else {
            prop_assert!(verdict.is_ok());
        }
    }

    #[test]
    fn canonical_text_splits_into_its_parameters(
        names in prop::collection::btree_set("[a-z%+=&]{1,6}", 1..4),
        values in prop::collection::vec("[a-z%+=&0-9]{0,12}", 4),
    ) {
        let pairs: BTreeMap<_, _> = names.into_iter().zip(values).collect();
        let added = form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
        let query = format!("shopname=demo&code=c&timestamp={}&hmac={}&{added}",
            NOW.as_second(), "0".repeat(64));
        let query = Query::parse(&query).unwrap();
        let callback = Callback::read(&query, Purpose::Install).unwrap();
        for (form, text) in canonical::texts(&callback) {
            let mut split: Vec<_> =
                text.split('&').map(|pair| pair.split_once('=').unwrap()).collect();
            split.sort_unstable();
            let signed = |pair: &&query::Pair<'_>| {
                pair.name != "hmac" && (form.vouches_for_added()
                    || THREE.contains(&&*pair.name))
            };
            let mut sent: Vec<_> = query.pairs().iter().filter(signed).map(|pair| {
                let raw = form == Form::AsReceived;
                if raw { (pair.raw_name, pair.raw_value) } else { (&*pair.name, &*pair.value) }
            }).collect();
            sent.sort_unstable();
            prop_assert_eq!(split, sent, "{:?}", form);
        }
    }

    #[test]
    fn arbitrary_unsigned_queries_are_refused(query in ".{0,200}") {
        prop_assert!(verify_install(&query).is_err());
    }
}
