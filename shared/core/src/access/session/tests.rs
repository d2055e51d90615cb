//! Session tokens: which are accepted and which are refused.

use proptest::prelude::*;

use super::*;

const OLD: [u8; 32] = [1; 32];
const NEW: [u8; 32] = [2; 32];

fn keys(data_keys: &[[u8; 32]]) -> SessionKeys {
    SessionKeys::derive(data_keys).unwrap()
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn session() -> Session {
    Session::begin("platform:demo".parse().unwrap(), Generation(3), at(1_000), [7; 8])
}

fn token() -> String {
    keys(&[OLD]).sign(&session()).reveal().to_owned()
}

#[test]
fn signed_session_roundtrips() {
    let plain = session();
    let english = plain.in_language(Language::English);
    for session in [plain, english] {
        let token = keys(&[OLD]).sign(&session);
        assert_eq!(keys(&[OLD]).verify(token.reveal(), at(1_000)), Ok(session));
    }
}

#[test]
fn session_expires_after_an_hour_despite_language_change() {
    let later = session().in_language(Language::Hungarian);
    let token = keys(&[OLD]).sign(&later);
    assert!(keys(&[OLD]).verify(token.reveal(), at(1_000 + 3_599)).is_ok());
    let expired = keys(&[OLD]).verify(token.reveal(), at(1_000 + 3_600));
    assert_eq!(expired, Err(SessionRefusal::Expired(Box::new(later))));
}

#[test]
fn newest_data_key_signs_and_all_verify() {
    let rotated = keys(&[NEW, OLD]);
    assert!(rotated.verify(&token(), at(1_000)).is_ok());
    let fresh = rotated.sign(&session());
    assert_eq!(keys(&[OLD]).verify(fresh.reveal(), at(1_000)), Err(SessionRefusal::Unknown));
    assert_eq!(keys(&[NEW]).verify(&token(), at(1_000)), Err(SessionRefusal::Unknown));
}

#[test]
fn data_key_itself_cannot_sign_a_session() {
    let text = token();
    let text = text.rsplit_once('.').unwrap().0;
    let raw = tag(&prepare(&OLD).unwrap(), text.as_bytes());
    let forged = format!("{text}.{}", URL_SAFE_NO_PAD.encode(raw));
    assert_eq!(keys(&[OLD]).verify(&forged, at(1_000)), Err(SessionRefusal::Unknown));
}

#[test]
fn no_data_keys_derive_no_session_keys() {
    assert!(SessionKeys::derive(&[]).is_none());
}

#[test]
fn token_and_key_debug_output_is_redacted() {
    let token = keys(&[OLD]).sign(&session());
    assert_eq!(format!("{token:?} {:?}", keys(&[OLD, NEW])), {
        "SessionToken([redacted]) SessionKeys(2 [redacted])"
    });
}

#[test]
fn longest_token_fits_max_length() {
    let id: StoreId = format!("platform:{}", "x".repeat(63)).parse().unwrap();
    let longest = Session::begin(id, Generation(u64::MAX), at(99_999_999_999), [255; 8]);
    let token = keys(&[OLD]).sign(&longest.in_language(Language::English));
    assert!(token.reveal().len() <= MAX_LENGTH, "{}", token.reveal().len());
    assert!(keys(&[OLD]).verify(token.reveal(), at(0)).is_ok());
}

proptest! {
    #[test]
    fn changed_character_is_refused(place in 0_usize..200, with in "[ -~]") {
        let token = token();
        prop_assume!(place < token.len());
        let mut changed = token.clone();
        changed.replace_range(place..=place, &with);
        prop_assume!(changed != token);
        prop_assert_eq!(keys(&[OLD]).verify(&changed, at(1_000)), Err(SessionRefusal::Unknown));
    }

    #[test]
    fn truncated_or_extended_token_is_refused(cut in 1_usize..200, more in "[ -~]{1,9}") {
        let token = token();
        let kept = &token[..token.len().saturating_sub(cut)];
        for other in [kept.to_owned(), format!("{token}{more}"), format!("{more}{token}")] {
            prop_assert_eq!(keys(&[OLD]).verify(&other, at(1_000)), Err(SessionRefusal::Unknown));
        }
    }

    #[test]
    fn tag_of_another_session_is_refused(shop in "[a-z]{1,20}", generation: u64, random: [u8; 8]) {
        let other = Session::begin(
            format!("platform:{shop}").parse().unwrap(), Generation(generation), at(1_000), random,
        );
        prop_assume!(other != session());
        let (ours, theirs) = (token(), keys(&[OLD]).sign(&other));
        let tag = ours.rsplit_once('.').unwrap().1;
        let text = theirs.reveal().rsplit_once('.').unwrap().0;
        let mixed = format!("{text}.{tag}");
        prop_assert_eq!(keys(&[OLD]).verify(&mixed, at(1_000)), Err(SessionRefusal::Unknown));
    }

    #[test]
    fn token_signed_with_another_key_is_refused(key: [u8; 32]) {
        prop_assume!(key != OLD);
        prop_assert_eq!(keys(&[key]).verify(&token(), at(1_000)), Err(SessionRefusal::Unknown));
    }

    #[test]
    fn arbitrary_text_is_refused(text in "\\PC{0,80}|v1\\.[A-Za-z0-9_-]{0,40}\\.[A-Za-z0-9_-]{43}") {
        prop_assert_eq!(keys(&[OLD]).verify(&text, at(1_000)), Err(SessionRefusal::Unknown));
    }
}
