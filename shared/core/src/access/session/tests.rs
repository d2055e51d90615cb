//! Sessions: what lets in, and what does not.

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
fn a_session_is_read_back_as_it_was_signed() {
    let plain = session();
    let english = plain.in_language(Language::English);
    for session in [plain, english] {
        let token = keys(&[OLD]).sign(&session);
        assert_eq!(keys(&[OLD]).verify(token.reveal(), at(1_000)), Ok(session));
    }
}

#[test]
fn a_session_lasts_an_hour_and_no_choice_prolongs_it() {
    let later = session().in_language(Language::Hungarian);
    let token = keys(&[OLD]).sign(&later);
    assert!(keys(&[OLD]).verify(token.reveal(), at(1_000 + 3_599)).is_ok());
    let over = keys(&[OLD]).verify(token.reveal(), at(1_000 + 3_600));
    assert_eq!(over, Err(SessionRefusal::Expired(Box::new(later))));
}

#[test]
fn every_data_key_verifies_and_the_newest_signs() {
    let rotated = keys(&[NEW, OLD]);
    assert!(rotated.verify(&token(), at(1_000)).is_ok());
    let fresh = rotated.sign(&session());
    assert_eq!(keys(&[OLD]).verify(fresh.reveal(), at(1_000)), Err(SessionRefusal::Unknown));
    assert_eq!(keys(&[NEW]).verify(&token(), at(1_000)), Err(SessionRefusal::Unknown));
}

#[test]
fn the_data_key_itself_signs_no_session() {
    let text = token();
    let text = text.rsplit_once('.').unwrap().0;
    let raw = tag(&prepare(&OLD).unwrap(), text.as_bytes());
    let forged = format!("{text}.{}", URL_SAFE_NO_PAD.encode(raw));
    assert_eq!(keys(&[OLD]).verify(&forged, at(1_000)), Err(SessionRefusal::Unknown));
}

#[test]
fn without_a_data_key_there_are_no_sessions() {
    assert!(SessionKeys::derive(&[]).is_none());
}

#[test]
fn nothing_of_a_token_is_shown() {
    let token = keys(&[OLD]).sign(&session());
    assert_eq!(format!("{token:?} {:?}", keys(&[OLD, NEW])), {
        "SessionToken([redacted]) SessionKeys(2 [redacted])"
    });
}

#[test]
fn a_token_fits_into_its_bound_whatever_the_shop_is_called() {
    let id: StoreId = format!("platform:{}", "x".repeat(63)).parse().unwrap();
    let longest = Session::begin(id, Generation(u64::MAX), at(99_999_999_999), [255; 8]);
    let token = keys(&[OLD]).sign(&longest.in_language(Language::English));
    assert!(token.reveal().len() <= MAX_LENGTH, "{}", token.reveal().len());
    assert!(keys(&[OLD]).verify(token.reveal(), at(0)).is_ok());
}

proptest! {
    #[test]
    fn no_changed_character_goes_unnoticed(place in 0_usize..200, with in "[ -~]") {
        let token = token();
        prop_assume!(place < token.len());
        let mut changed = token.clone();
        changed.replace_range(place..=place, &with);
        prop_assume!(changed != token);
        prop_assert_eq!(keys(&[OLD]).verify(&changed, at(1_000)), Err(SessionRefusal::Unknown));
    }

    #[test]
    fn nothing_can_be_cut_off_or_added(cut in 1_usize..200, more in "[ -~]{1,9}") {
        let token = token();
        let kept = &token[..token.len().saturating_sub(cut)];
        for other in [kept.to_owned(), format!("{token}{more}"), format!("{more}{token}")] {
            prop_assert_eq!(keys(&[OLD]).verify(&other, at(1_000)), Err(SessionRefusal::Unknown));
        }
    }

    #[test]
    fn the_tag_of_one_session_fits_no_other(shop in "[a-z]{1,20}", generation: u64, random: [u8; 8]) {
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
    fn another_key_opens_nothing(key: [u8; 32]) {
        prop_assume!(key != OLD);
        prop_assert_eq!(keys(&[key]).verify(&token(), at(1_000)), Err(SessionRefusal::Unknown));
    }

    #[test]
    fn no_text_can_upset_it(text in "\\PC{0,80}|v1\\.[A-Za-z0-9_-]{0,40}\\.[A-Za-z0-9_-]{43}") {
        prop_assert_eq!(keys(&[OLD]).verify(&text, at(1_000)), Err(SessionRefusal::Unknown));
    }
}
