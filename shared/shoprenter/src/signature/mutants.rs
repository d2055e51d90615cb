//! A million mutants of valid calls, none of which may be accepted.
//!
//! A mutation that changes nothing signed (an unsigned parameter, another encoding of the same
//! value, the case of a hex digit) doesn't count: a parser other than the verifier's detects those.

use std::collections::BTreeMap;

use url::form_urlencoded;

use super::signing::{Draft, NOW, SECRET};
use super::*;

const MUTANTS_PER_FORM: usize = 250_000;
const ALPHABET: &[u8] =
    b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~%&=+/?:";

/// Marsaglia's xorshift64: the same mutants in every run.
struct XorShift(u64);

impl XorShift {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % bound
    }

    fn letter(&mut self) -> u8 {
        ALPHABET[self.below(ALPHABET.len())]
    }
}

/// Makes one to three small changes anywhere in the query.
fn mutate(query: &str, rng: &mut XorShift) -> String {
    let mut bytes = query.as_bytes().to_vec();
    for _ in 0..=rng.below(3) {
        let at = rng.below(bytes.len());
        let next = (at + 1) % bytes.len();
        match rng.below(6) {
            0 => bytes[at] = rng.letter(),
            1 => bytes.insert(at, rng.letter()),
            2 => drop(bytes.remove(at)),
            3 => bytes.swap(at, next),
            4 => bytes[at] = bytes[at].wrapping_add(1) & 0x7f,
            _ => return shuffle(&String::from_utf8(bytes).unwrap(), rng),
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// Swaps, drops, duplicates or re-encodes a whole parameter.
fn shuffle(query: &str, rng: &mut XorShift) -> String {
    let mut pairs: Vec<String> = query.split('&').map(str::to_owned).collect();
    let (one, other) = (rng.below(pairs.len()), rng.below(pairs.len()));
    match rng.below(4) {
        0 => pairs.swap(one, other),
        1 => drop(pairs.remove(one)),
        2 => pairs.insert(other, pairs[one].clone()),
        _ => pairs[one] = pairs[one].replace('%', "%25"),
    }
    pairs.join("&")
}

/// The signed content and the signature, according to another parser.
fn signed_content(query: &str, form: Form) -> Option<(String, BTreeMap<String, String>)> {
    let mut all = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let covered = form.vouches_for_added()
            || ["shopname", "code", "timestamp", "hmac"].contains(&name.as_ref());
        if covered && all.insert(name.into_owned(), value.into_owned()).is_some() {
            return None;
        }
    }
    let tag = all.remove("hmac")?.to_ascii_lowercase();
    Some((tag, all))
}

fn accepted_mutants(form: Form, seed: u64) -> Vec<String> {
    let good = Draft::of("demo-shop")
        .with("app_url", "https://demo-shop.myshoprenter.hu/admin/app/42?route=x")
        .with("sr_install", "i-1")
        .signed(form);
    let keys = SigningKeys::new([SECRET]).unwrap();
    let original = signed_content(&good, form);
    assert!(original.is_some() && verify_callback(&good, &keys, NOW, Purpose::Install).is_ok());

    let mut rng = XorShift(seed);
    let mut judged = 0;
    let mut accepted = Vec::new();
    while judged < MUTANTS_PER_FORM {
        let mutant = mutate(&good, &mut rng);
        if signed_content(&mutant, form) == original {
            continue;
        }
        judged += 1;
        if verify_callback(&mutant, &keys, NOW, Purpose::Install).is_ok() {
            accepted.push(mutant);
        }
    }
    accepted
}

#[test]
fn shopname_first_mutants_are_refused() {
    assert_eq!(accepted_mutants(Form::ShopnameFirst, 0x9e37_79b9_7f4a_7c15), [""; 0]);
}

#[test]
fn code_first_mutants_are_refused() {
    assert_eq!(accepted_mutants(Form::CodeFirst, 0xbf58_476d_1ce4_e5b9), [""; 0]);
}

#[test]
fn as_received_mutants_are_refused() {
    assert_eq!(accepted_mutants(Form::AsReceived, 0x94d0_49bb_1331_11eb), [""; 0]);
}

#[test]
fn sorted_mutants_are_refused() {
    assert_eq!(accepted_mutants(Form::Sorted, 0xd6e8_feb8_6659_fd93), [""; 0]);
}
