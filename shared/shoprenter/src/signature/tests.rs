//! The rules one by one, through the public interface.

use super::signing::{Draft, NOW, SECRET, tag, with_tag_of};
use super::*;

const FORMS: [Form; 4] = [Form::ShopnameFirst, Form::CodeFirst, Form::AsReceived, Form::Sorted];
const ENTRY: &str = "shopname=demo&code=c0de&timestamp=1780000000";

fn judge_as(raw_query: &str, purpose: Purpose) -> Result<Verified, Refusal> {
    verify_callback(raw_query, &SigningKeys::new([SECRET]).unwrap(), NOW, purpose)
}

fn judge(raw_query: &str) -> Result<Verified, Refusal> {
    judge_as(raw_query, Purpose::Install)
}

fn refusal(raw_query: &str) -> Option<Refusal> {
    judge(raw_query).err()
}

fn install() -> Draft {
    Draft::of("demo").with("app_url", "https://demo.myshoprenter.hu/admin/app/42?a=b")
}

#[test]
fn each_form_accepts_its_own_and_says_what_it_vouches_for() {
    for (form, vouches) in FORMS.into_iter().zip([false, false, true, true]) {
        let verified = judge(&install().signed(form)).unwrap();
        assert_eq!(verified.form(), form);
        assert_eq!(verified.vouches_for_added(), vouches, "{form:?}");
        assert_eq!(verified.shop().as_str(), "demo");
        assert_eq!(verified.code(), "c0de/+=");
        assert_eq!(verified.sent_at(), NOW);
        assert_eq!(verified.key_index(), 0);
        assert_eq!(verified.app_url(), Some("https://demo.myshoprenter.hu/admin/app/42?a=b"));
    }
}

#[test]
fn of_several_forms_that_match_the_one_that_vouches_for_most_counts() {
    assert_eq!(judge(&with_tag_of(ENTRY, ENTRY)).unwrap().form(), Form::AsReceived);
    let sorted = "code=c0de&shopname=demo&timestamp=1780000000";
    assert_eq!(judge(&with_tag_of(ENTRY, sorted)).unwrap().form(), Form::Sorted);
}

#[test]
fn other_orders_of_the_three_values_are_no_form() {
    let added = format!("{ENTRY}&sr_install=i1");
    for order in [
        ["shopname", "timestamp", "code"],
        ["code", "timestamp", "shopname"],
        ["timestamp", "shopname", "code"],
        ["timestamp", "code", "shopname"],
    ] {
        let draft = Draft::of("demo");
        let text = order.map(|name| format!("{name}={}", draft.get(name))).join("&");
        assert_eq!(refusal(&with_tag_of(&added, &text)), Some(Refusal::BadSignature), "{text}");
    }
}

#[test]
fn values_may_be_signed_as_they_came_or_as_they_decode() {
    let sent = "shopname=demo&code=a%2Fb+c%3D&timestamp=1780000000&x=1";
    for text in [
        "shopname=demo&code=a%2Fb+c%3D&timestamp=1780000000",
        "shopname=demo&code=a/b c=&timestamp=1780000000",
        "code=a%2Fb+c%3D&shopname=demo&timestamp=1780000000",
        "code=a/b c=&shopname=demo&timestamp=1780000000",
    ] {
        assert_eq!(judge(&with_tag_of(sent, text)).unwrap().code(), "a/b c=", "{text}");
    }
    let mixed = "shopname=demo&code=a/b+c=&timestamp=1780000000";
    assert_eq!(refusal(&with_tag_of(sent, mixed)), Some(Refusal::BadSignature));
}

#[test]
fn a_value_cannot_pass_for_parameters() {
    // Somebody whose own shop is `mallory` gets ShopRenter to sign an added parameter …
    let text = "a=1&code=c0de&shopname=victim&timestamp=1780000000&z=";
    let smuggled = "a=1%26code%3Dc0de%26shopname%3Dvictim%26timestamp%3D1780000000%26z%3D";
    assert_eq!(refusal(&with_tag_of(text, text)), None, "the text in itself is a good one");
    let own = format!("{smuggled}&code=c0de&shopname=mallory&timestamp=1780000000");
    let signed = format!("{text}&code=c0de&shopname=mallory&timestamp=1780000000");
    assert_eq!(refusal(&with_tag_of(&own, &signed)), Some(Refusal::BadSignature));

    // … or turns what was signed for several parameters into one, to lose some of them.
    let lost = "code=c0de%26shopname%3Dvictim&shopname=demo&timestamp=1780000000";
    let signed = "code=c0de&shopname=victim&shopname=demo&timestamp=1780000000";
    assert_eq!(refusal(&with_tag_of(lost, signed)), Some(Refusal::BadSignature));
    let lost = format!("{ENTRY}&app_url=https%3A%2F%2Fdemo.shoprenter.hu%26x%3D1");
    let signed = "app_url=https://demo.shoprenter.hu&code=c0de&shopname=demo\
                  &timestamp=1780000000&x=1";
    assert_eq!(refusal(&with_tag_of(&lost, signed)), Some(Refusal::BadSignature));
}

#[test]
fn an_encoded_name_cannot_pass_for_another_parameter() {
    let text = format!("{ENTRY}&app_ur%6c=https://evil.com");
    assert_eq!(refusal(&with_tag_of(&text, &text)), Some(Refusal::BadSignature));
    let beside = judge(&with_tag_of(&format!("{ENTRY}&a%5B%5D=1"), ENTRY)).unwrap();
    assert!(!beside.vouches_for_added(), "forms 1 and 2 don't mind");
}

#[test]
fn parameters_that_were_not_signed_are_not_vouched_for() {
    let query = format!("{}&sr_install=i1", install().signed(Form::ShopnameFirst));
    let verified = judge(&query).unwrap();
    assert_eq!(verified.added("sr_install"), Some("i1"));
    assert!(!verified.vouches_for_added());

    let query = format!("{}&sr_install=i1", install().signed(Form::AsReceived));
    assert_eq!(refusal(&query), Some(Refusal::BadSignature));
}

#[test]
fn added_parameters_are_those_that_shoprenter_does_not_document() {
    let verified = judge(&install().with("sr_install", "i 1").signed(Form::Sorted)).unwrap();
    assert_eq!(verified.added("sr_install"), Some("i 1"));
    for name in ["shopname", "code", "timestamp", "hmac", "app_url", "nothing"] {
        assert_eq!(verified.added(name), None, "{name}");
    }
}

#[test]
fn the_signature_may_stand_anywhere_and_in_either_case() {
    let query = format!("shopname=demo&hmac={}&code=c0de&timestamp=1780000000", tag(SECRET, ENTRY));
    assert_eq!(judge(&query).unwrap().form(), Form::AsReceived);
    let shouted = format!("{ENTRY}&hmac={}", tag(SECRET, ENTRY).to_uppercase());
    assert_eq!(judge(&shouted).unwrap().digest(), judge(&query).unwrap().digest());
}

#[test]
fn a_signature_that_is_not_64_hex_digits_is_malformed() {
    let tag = tag(SECRET, ENTRY);
    for bad in [&tag[..63], &tag[..32], &tag[..2], &format!("{tag}00"), &"x".repeat(64)] {
        let malformed = Some(Refusal::Malformed(Parameter::Hmac));
        assert_eq!(refusal(&format!("{ENTRY}&hmac={bad}")), malformed, "{bad}");
    }
}

#[test]
fn a_shop_is_signed_in_the_case_it_is_sent_in_and_known_in_lower_case() {
    let verified = judge(&Draft::of("DemoShop").signed(Form::CodeFirst)).unwrap();
    assert_eq!(verified.shop().as_str(), "demoshop");

    let lowered = Draft::of("DemoShop").text(Form::ShopnameFirst).to_lowercase();
    let query = with_tag_of(&Draft::of("DemoShop").query(), &lowered);
    assert_eq!(refusal(&query), Some(Refusal::BadSignature));
}

#[test]
fn a_shop_is_one_dns_label_before_anything_else_is_looked_at() {
    for shop in ["demo.evil", "demo/", "-demo", "d%C3%A9mo", "demo%00", "a%26b", "demo%2E"] {
        let query = format!("shopname={shop}&code=c&timestamp=1&hmac={}", "0".repeat(64));
        assert_eq!(refusal(&query), Some(Refusal::InvalidShop), "{shop}");
    }
}

#[test]
fn an_uninstall_may_spell_shopname_with_a_capital_and_sign_either_spelling() {
    let sent = "shopName=demo&code=c0de&timestamp=1780000000";
    let signed = [
        ENTRY,
        sent,
        "code=c0de&shopname=demo&timestamp=1780000000",
        "code=c0de&shopName=demo&timestamp=1780000000",
    ];
    for text in signed {
        let query = with_tag_of(sent, text);
        assert!(judge_as(&query, Purpose::Uninstall).is_ok(), "{text}");
        for purpose in [Purpose::Install, Purpose::Entry] {
            let missing = Some(Refusal::Missing(Parameter::Shopname));
            assert_eq!(judge_as(&query, purpose).err(), missing);
        }
    }
    let capital_unsent = with_tag_of(&format!("{ENTRY}&x=1"), sent);
    assert_eq!(judge_as(&capital_unsent, Purpose::Uninstall).err(), Some(Refusal::BadSignature));
}

#[test]
fn a_parameter_sent_twice_is_refused_even_if_both_say_the_same() {
    let signed = with_tag_of(ENTRY, ENTRY);
    for (again, which) in [
        ("shopname=demo", Parameter::Shopname),
        ("shopName=demo", Parameter::Shopname),
        ("c%6Fde=c0de", Parameter::Code),
        ("timestamp=1780000000", Parameter::Timestamp),
        ("hmac=00", Parameter::Hmac),
    ] {
        for purpose in [Purpose::Install, Purpose::Uninstall] {
            let refusal = judge_as(&format!("{signed}&{again}"), purpose).err();
            assert_eq!(refusal, Some(Refusal::Duplicate(which)), "{again}");
        }
    }
}

#[test]
fn missing_and_empty_parameters_are_named() {
    for (name, which) in [
        ("shopname", Parameter::Shopname),
        ("code", Parameter::Code),
        ("timestamp", Parameter::Timestamp),
    ] {
        let missing = Some(Refusal::Missing(which));
        let absent = Draft::of("demo").without(name).query();
        assert_eq!(refusal(&with_tag_of(&absent, &absent)), missing);
        let empty = Draft::of("demo").with(name, "").query();
        assert_eq!(refusal(&with_tag_of(&empty, &empty)), missing);
    }
    assert_eq!(refusal(ENTRY), Some(Refusal::Missing(Parameter::Hmac)));
    assert_eq!(refusal(""), Some(Refusal::Missing(Parameter::Shopname)));
}

#[test]
fn a_timestamp_is_digits() {
    for bad in
        ["-1", "+1", "1.0", "1e9", " 1", "0x1", "٣", "99999999999999999999", "999999999999999"]
    {
        let query = Draft::of("demo").with("timestamp", bad).signed(Form::ShopnameFirst);
        assert_eq!(refusal(&query), Some(Refusal::Malformed(Parameter::Timestamp)), "{bad}");
    }
}

#[test]
fn the_window_is_300_seconds_back_and_60_ahead_both_included() {
    let judge_at = |offset: i64| {
        let sent_at = (NOW.as_second() + offset).to_string();
        refusal(&Draft::of("demo").with("timestamp", &sent_at).signed(Form::ShopnameFirst))
    };
    assert_eq!(judge_at(-300), None);
    assert_eq!(judge_at(-301), Some(Refusal::Expired));
    assert_eq!(judge_at(60), None);
    assert_eq!(judge_at(61), Some(Refusal::TooEarly));
    assert_eq!(judge_at(-NOW.as_second()), Some(Refusal::Expired));
    assert_eq!(judge_at(200_000_000_000), Some(Refusal::TooEarly));
}

#[test]
fn whoever_cannot_sign_learns_nothing_of_our_clock() {
    for sent_at in ["1", "1780000000", "9999999999"] {
        let query = Draft::of("demo").with("timestamp", sent_at).query();
        assert_eq!(refusal(&with_tag_of(&query, "else")), Some(Refusal::BadSignature));
    }
}

#[test]
fn while_secrets_are_rotated_the_old_one_is_accepted_too_and_told_apart() {
    let query = Draft::of("demo").signed(Form::CodeFirst);
    let key_index = |secrets: &[&str]| {
        let keys = SigningKeys::new(secrets).unwrap();
        verify_callback(&query, &keys, NOW, Purpose::Entry).map(|verified| verified.key_index())
    };
    assert_eq!(key_index(&[SECRET, "old"]), Ok(0));
    assert_eq!(key_index(&["new", SECRET]), Ok(1));
    assert_eq!(key_index(&["newest", "new", SECRET]), Ok(2));
    assert_eq!(key_index(&["newest", "new"]), Err(Refusal::BadSignature));
}

#[test]
fn the_digest_recognises_a_replay_whatever_was_changed_around_the_signature() {
    let query = Draft::of("demo").signed(Form::ShopnameFirst);
    let digest = |query: &str| judge(query).unwrap().digest();
    assert_eq!(digest(&query), digest(&format!("{query}&app_url=https%3A%2F%2Fevil.com")));

    let later = Draft::of("demo").with("timestamp", "1780000001");
    let other_shop = Draft::of("demo2");
    let other_form = Draft::of("demo").signed(Form::CodeFirst);
    for other in
        [later.signed(Form::ShopnameFirst), other_shop.signed(Form::ShopnameFirst), other_form]
    {
        assert_ne!(digest(&query), digest(&other));
    }
}

#[test]
fn a_refusal_is_either_misunderstood_or_distrusted() {
    for malformed in [
        Refusal::TooLarge,
        Refusal::Missing(Parameter::Code),
        Refusal::Malformed(Parameter::Hmac),
        Refusal::Duplicate(Parameter::Added),
        Refusal::InvalidShop,
    ] {
        assert!(malformed.is_malformed(), "{malformed}");
    }
    for distrusted in [Refusal::BadSignature, Refusal::Expired, Refusal::TooEarly] {
        assert!(!distrusted.is_malformed(), "{distrusted}");
    }
}

#[test]
fn what_is_printed_holds_neither_the_code_nor_the_signature() {
    let query = install().with("sr_install", "i1").signed(Form::AsReceived);
    let signature = query.rsplit('=').next().unwrap();
    let printed = format!("{:?}", judge(&query).unwrap());
    assert!(printed.contains("demo") && printed.contains("AsReceived"));
    for secret in ["c0de", signature, "i1", "admin/app"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}
