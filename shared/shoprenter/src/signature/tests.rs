//! Rules of the verification, through the public interface.

use super::signing::{Draft, NOW, SECRET, tag, with_tag_of};
use super::*;

const FORMS: [Form; 4] = [Form::ShopnameFirst, Form::CodeFirst, Form::AsReceived, Form::Sorted];
const ENTRY: &str = "shopname=demo&code=c0de&timestamp=1780000000";

fn verify_as(raw_query: &str, purpose: Purpose) -> Result<Verified, Refusal> {
    verify_callback(raw_query, &SigningKeys::new([SECRET]).unwrap(), NOW, purpose)
}

fn verify_install(raw_query: &str) -> Result<Verified, Refusal> {
    verify_as(raw_query, Purpose::Install)
}

fn refusal(raw_query: &str) -> Option<Refusal> {
    verify_install(raw_query).err()
}

fn install() -> Draft {
    Draft::of("demo").with("app_url", "https://demo.myshoprenter.hu/admin/app/42?a=b")
}

#[test]
fn each_form_is_accepted_and_reports_its_coverage() {
    for (form, vouches) in FORMS.into_iter().zip([false, false, true, true]) {
        let verified = verify_install(&install().signed(form)).unwrap();
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
fn widest_matching_form_is_reported() {
    assert_eq!(verify_install(&with_tag_of(ENTRY, ENTRY)).unwrap().form(), Form::AsReceived);
    let sorted = "code=c0de&shopname=demo&timestamp=1780000000";
    assert_eq!(verify_install(&with_tag_of(ENTRY, sorted)).unwrap().form(), Form::Sorted);
}

#[test]
fn other_value_orders_are_refused() {
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
fn values_may_be_signed_raw_or_decoded() {
    let sent = "shopname=demo&code=a%2Fb+c%3D&timestamp=1780000000&x=1";
    for text in [
        "shopname=demo&code=a%2Fb+c%3D&timestamp=1780000000",
        "shopname=demo&code=a/b c=&timestamp=1780000000",
        "code=a%2Fb+c%3D&shopname=demo&timestamp=1780000000",
        "code=a/b c=&shopname=demo&timestamp=1780000000",
    ] {
        assert_eq!(verify_install(&with_tag_of(sent, text)).unwrap().code(), "a/b c=", "{text}");
    }
    let mixed = "shopname=demo&code=a/b+c=&timestamp=1780000000";
    assert_eq!(refusal(&with_tag_of(sent, mixed)), Some(Refusal::BadSignature));
}

#[test]
fn value_cannot_be_split_into_parameters() {
    // The owner of the shop `mallory` gets ShopRenter to sign an added parameter …
    let text = "a=1&code=c0de&shopname=victim&timestamp=1780000000&z=";
    let smuggled = "a=1%26code%3Dc0de%26shopname%3Dvictim%26timestamp%3D1780000000%26z%3D";
    assert_eq!(refusal(&with_tag_of(text, text)), None, "the text itself is valid");
    let own = format!("{smuggled}&code=c0de&shopname=mallory&timestamp=1780000000");
    let signed = format!("{text}&code=c0de&shopname=mallory&timestamp=1780000000");
    assert_eq!(refusal(&with_tag_of(&own, &signed)), Some(Refusal::BadSignature));

    // … or merges several signed parameters into one, to drop some of them.
    let lost = "code=c0de%26shopname%3Dvictim&shopname=demo&timestamp=1780000000";
    let signed = "code=c0de&shopname=victim&shopname=demo&timestamp=1780000000";
    assert_eq!(refusal(&with_tag_of(lost, signed)), Some(Refusal::BadSignature));
    let lost = format!("{ENTRY}&a%26app_url%3Dhttps%3A%2F%2Fevil.com=");
    let signed = "a&app_url=https://evil.com=&code=c0de&shopname=demo&timestamp=1780000000";
    assert_eq!(refusal(&with_tag_of(&lost, signed)), Some(Refusal::BadSignature));
    let lost = format!("{ENTRY}&app_url=https%3A%2F%2Fdemo.shoprenter.hu%26x%3D1");
    let signed = "app_url=https://demo.shoprenter.hu&code=c0de&shopname=demo\
                  &timestamp=1780000000&x=1";
    assert_eq!(refusal(&with_tag_of(&lost, signed)), Some(Refusal::BadSignature));
}

#[test]
fn encoded_name_cannot_become_another_parameter() {
    let text = format!("{ENTRY}&app_ur%6c=https://evil.com");
    assert_eq!(refusal(&with_tag_of(&text, &text)), Some(Refusal::BadSignature));
    let beside = verify_install(&with_tag_of(&format!("{ENTRY}&a%5B%5D=1"), ENTRY)).unwrap();
    assert!(!beside.vouches_for_added(), "forms 1 and 2 don't mind");
    let install = format!("{ENTRY}&sr_%69nstall=i1");
    assert_eq!(refusal(&with_tag_of(&install, &install)), Some(Refusal::BadSignature));
}

#[test]
fn repeated_other_parameters_are_accepted_as_received() {
    for ids in ["ids[]=1&ids[]=2", "ids%5B%5D=2&ids%5B%5D=1", "x=1&x=1"] {
        let sent = format!("{ENTRY}&{ids}");
        assert_eq!(verify_install(&with_tag_of(&sent, &sent)).unwrap().form(), Form::AsReceived);
        let tampered = with_tag_of(&format!("{sent}&ids[]=3"), &sent);
        assert_eq!(refusal(&tampered), Some(Refusal::BadSignature), "{ids}");
    }
    let sorted = "code=c0de&ids[]=2&ids[]=1&shopname=demo&timestamp=1780000000";
    let sent = format!("{ENTRY}&ids[]=2&ids[]=1");
    assert_eq!(verify_install(&with_tag_of(&sent, sorted)).unwrap().form(), Form::Sorted);
    let encoded = format!("{ENTRY}&ids%5B%5D=2&ids%5B%5D=1");
    assert_eq!(verify_install(&with_tag_of(&encoded, sorted)).unwrap().form(), Form::Sorted);
    let swapped = format!("{ENTRY}&ids[]=1&ids[]=2");
    assert_eq!(refusal(&with_tag_of(&swapped, sorted)), Some(Refusal::BadSignature));
}

#[test]
fn unsigned_parameters_are_not_vouched_for() {
    let query = format!("{}&sr_install=i1", install().signed(Form::ShopnameFirst));
    let verified = verify_install(&query).unwrap();
    assert_eq!(verified.added("sr_install"), Some("i1"));
    assert!(!verified.vouches_for_added());

    let query = format!("{}&sr_install=i1", install().signed(Form::AsReceived));
    assert_eq!(refusal(&query), Some(Refusal::BadSignature));
}

#[test]
fn undocumented_parameters_are_added_ones() {
    let verified =
        verify_install(&install().with("sr_install", "i 1").signed(Form::Sorted)).unwrap();
    assert_eq!(verified.added("sr_install"), Some("i 1"));
    for name in ["shopname", "code", "timestamp", "hmac", "app_url", "nothing"] {
        assert_eq!(verified.added(name), None, "{name}");
    }
}

#[test]
fn signature_may_be_anywhere_in_either_case() {
    let query = format!("shopname=demo&hmac={}&code=c0de&timestamp=1780000000", tag(SECRET, ENTRY));
    assert_eq!(verify_install(&query).unwrap().form(), Form::AsReceived);
    let shouted = format!("{ENTRY}&hmac={}", tag(SECRET, ENTRY).to_uppercase());
    assert_eq!(
        verify_install(&shouted).unwrap().digest(),
        verify_install(&query).unwrap().digest()
    );
}

#[test]
fn signature_must_be_64_hex_digits() {
    let tag = tag(SECRET, ENTRY);
    let (long, letters) = (format!("{tag}00"), "x".repeat(64));
    for bad in [&tag[..63], &tag[..32], &tag[..2], &long, &letters, "", "%ff"] {
        let refusal = refusal(&format!("{ENTRY}&hmac={bad}")).unwrap();
        assert_eq!(refusal, Refusal::Malformed(Parameter::Hmac), "{bad}");
        assert!(!refusal.is_malformed(), "refused like any wrong signature");
    }
}

#[test]
fn shop_is_verified_as_sent_and_lowercased() {
    let verified = verify_install(&Draft::of("DemoShop").signed(Form::CodeFirst)).unwrap();
    assert_eq!(verified.shop().as_str(), "demoshop");

    let lowered = Draft::of("DemoShop").text(Form::ShopnameFirst).to_lowercase();
    let query = with_tag_of(&Draft::of("DemoShop").query(), &lowered);
    assert_eq!(refusal(&query), Some(Refusal::BadSignature));
}

#[test]
fn host_of_a_shop_names_it() {
    for host in ["demo.shoprenter.hu", "demo.myshoprenter.hu", "Demo.MyShopRenter.hu"] {
        for form in FORMS {
            let verified = verify_install(&Draft::of(host).signed(form)).unwrap();
            assert_eq!(verified.shop().as_str(), "demo", "{host} {form:?}");
        }
        let name = Draft::of("demo").text(Form::ShopnameFirst);
        let query = with_tag_of(&Draft::of(host).query(), &name);
        assert_eq!(refusal(&query), Some(Refusal::BadSignature), "signed as sent");
    }
}

#[test]
fn invalid_shop_is_refused_first() {
    for shop in [
        "a.demo.shoprenter.hu",
        ".shoprenter.hu",
        "demo.shoprenter.hu.evil",
        "demo.evil",
        "demo/",
        "-demo",
        "d%C3%A9mo",
        "demo%00",
        "a%26b",
        "demo%2E",
    ] {
        let query = format!("shopname={shop}&code=c&timestamp=1&hmac={}", "0".repeat(64));
        assert_eq!(refusal(&query), Some(Refusal::InvalidShop), "{shop}");
    }
}

#[test]
fn uninstall_may_spell_and_sign_shopname_either_way() {
    let sent = "shopName=demo&code=c0de&timestamp=1780000000";
    let signed = [
        ENTRY,
        sent,
        "code=c0de&shopname=demo&timestamp=1780000000",
        "code=c0de&shopName=demo&timestamp=1780000000",
    ];
    for text in signed {
        let query = with_tag_of(sent, text);
        assert!(verify_as(&query, Purpose::Uninstall).is_ok(), "{text}");
        for purpose in [Purpose::Install, Purpose::Entry] {
            let missing = Some(Refusal::Missing(Parameter::Shopname));
            assert_eq!(verify_as(&query, purpose).err(), missing);
        }
    }
    let capital_unsent = with_tag_of(&format!("{ENTRY}&x=1"), sent);
    assert_eq!(verify_as(&capital_unsent, Purpose::Uninstall).err(), Some(Refusal::BadSignature));
}

#[test]
fn duplicate_parameter_is_refused_even_if_equal() {
    let signed = with_tag_of(ENTRY, ENTRY);
    for (again, which) in [
        ("shopname=demo", Parameter::Shopname),
        ("shopName=demo", Parameter::Shopname),
        ("c%6Fde=c0de", Parameter::Code),
        ("timestamp=1780000000", Parameter::Timestamp),
        ("hmac=00", Parameter::Hmac),
    ] {
        for purpose in [Purpose::Install, Purpose::Uninstall] {
            let refusal = verify_as(&format!("{signed}&{again}"), purpose).err();
            assert_eq!(refusal, Some(Refusal::Duplicate(which)), "{again}");
        }
    }
}

#[test]
fn missing_and_empty_parameters_are_reported() {
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
fn timestamp_must_be_digits() {
    for bad in
        ["-1", "+1", "1.0", "1e9", " 1", "0x1", "٣", "99999999999999999999", "999999999999999"]
    {
        let query = Draft::of("demo").with("timestamp", bad).signed(Form::ShopnameFirst);
        assert_eq!(refusal(&query), Some(Refusal::Malformed(Parameter::Timestamp)), "{bad}");
    }
}

#[test]
fn timestamp_window_is_300_back_60_ahead_inclusive() {
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
fn invalid_signature_is_reported_before_timestamp() {
    for sent_at in ["1", "1780000000", "9999999999"] {
        let query = Draft::of("demo").with("timestamp", sent_at).query();
        assert_eq!(refusal(&with_tag_of(&query, "else")), Some(Refusal::BadSignature));
    }
}

#[test]
fn old_secret_is_accepted_and_reported_during_rotation() {
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
fn digest_is_equal_for_all_replay_variants() {
    let query = Draft::of("demo").signed(Form::ShopnameFirst);
    let digest = |query: &str| verify_install(query).unwrap().digest();
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
fn refusals_are_malformed_or_untrusted() {
    for malformed in [
        Refusal::TooLarge,
        Refusal::Missing(Parameter::Code),
        Refusal::Malformed(Parameter::Code),
        Refusal::Duplicate(Parameter::Added),
        Refusal::InvalidShop,
    ] {
        assert!(malformed.is_malformed(), "{malformed}");
    }
    let malformed_tag = Refusal::Malformed(Parameter::Hmac);
    for distrusted in [malformed_tag, Refusal::BadSignature, Refusal::Expired, Refusal::TooEarly] {
        assert!(!distrusted.is_malformed(), "{distrusted}");
    }
}

#[test]
fn debug_prints_neither_code_nor_signature() {
    let query = install().with("sr_install", "i1").signed(Form::AsReceived);
    let signature = query.rsplit('=').next().unwrap();
    let printed = format!("{:?}", verify_install(&query).unwrap());
    assert!(printed.contains("demo") && printed.contains("AsReceived"));
    for secret in ["c0de", signature, "i1", "admin/app"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}
