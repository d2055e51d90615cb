//! Fuzz test of the decoder: replays the corpus beside this file, then mutates it for some seconds.
//! `FUZZ_SECONDS=600 cargo test --profile fast -p shoprenter --lib webhook::fuzz` runs it for
//! longer. Failures are shrunk and printed; add them to the corpus.
//!
//! A corpus file is a content type, a line feed and a body.

use std::path::Path;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};

use super::*;

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/wire/webhook/corpus");
const SECONDS: u64 = 5;
/// Replacement tokens that parsers often mishandle.
const TOKENS: [&[u8]; 32] = [
    b"",
    b"\r\n",
    b"\n",
    b"--",
    b"\r\n--",
    b"\"",
    b"\\",
    b"\\u",
    b"\\ud83d",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"null",
    b"-1e999",
    b"data",
    b"\"data\":",
    b"\"orders\":",
    b"\"order\":",
    b"\"event\":\"order/create\",",
    b"&",
    b"=",
    b"%",
    b"%7B",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\0",
    b";boundary=",
    b"\r\n\r\n",
    b"orders/",
];

fn corpus() -> Vec<Vec<u8>> {
    let mut files: Vec<_> = std::fs::read_dir(Path::new(CORPUS))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "body"))
        .collect();
    files.sort();
    files.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

fn split(input: &[u8]) -> (String, &[u8]) {
    let end = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
    let body = input.get(end + 1..).unwrap_or_default();
    (String::from_utf8_lossy(&input[..end]).into_owned(), body)
}

/// Asserts for every input: no panic, a deterministic answer, and only hints whose records
/// can be requested.
fn check_invariants(input: &[u8]) -> Result<Delivery, DeliveryError> {
    let context = ShopContext::default();
    let (content_type, body) = split(input);
    let decoded = decode_webhook(Some(&content_type), body, &context);
    assert_eq!(decoded, decode_webhook(Some(&content_type), body, &context));
    let delivery = decoded.as_ref().map_or(&[][..], |delivery| &delivery.hints);
    assert!(delivery.len() <= MAX_RECORDS);
    for hint in delivery {
        let id = match hint {
            Hint::Order(order) => {
                assert!(order.digest.len() == 32);
                assert!(order.id.is_some() || order.inner_id.is_some());
                if let Ok(events_of) = &order.provisional {
                    assert!(events_of.provisional && !events_of.is_abandoned_cart());
                    assert!(!events_of.id.is_empty() && order.id.is_some());
                }
                order.id.as_deref()
            }
            Hint::Product { id } | Hint::Customer { id } => Some(id.as_str()),
        };
        let is_askable =
            |id: &str| !id.is_empty() && id.len() <= 256 && !id.contains(['/', '.', '?']);
        assert!(id.is_none_or(is_askable));
    }
    decoded
}

/// Position, length replaced, and replacement: a token, or a piece of another file.
#[derive(Debug, Clone)]
struct Mutation {
    at: Index,
    removed: usize,
    token: Index,
    spliced: Option<(Index, Index, usize)>,
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let removed = prop_oneof![4 => 0..4_usize, 1 => 0..200_usize];
    let spliced = prop::option::weighted(0.2, (any::<Index>(), any::<Index>(), 0..300_usize));
    (any::<Index>(), removed, any::<Index>(), spliced)
        .prop_map(|(at, removed, token, spliced)| Mutation { at, removed, token, spliced })
}

fn mutate(corpus: &[Vec<u8>], input: &mut Vec<u8>, mutation: &Mutation) {
    let start = mutation.at.index(input.len() + 1);
    let end = (start + mutation.removed).min(input.len());
    let piece = match &mutation.spliced {
        Some((file, at, length)) => {
            let file = file.get(corpus);
            let from = at.index(file.len() + 1);
            &file[from..(from + length).min(file.len())]
        }
        None => *mutation.token.get(&TOKENS),
    };
    input.splice(start..end, piece.iter().copied());
}

fn seconds() -> Duration {
    let wanted = std::env::var("FUZZ_SECONDS").ok().and_then(|text| text.parse().ok());
    Duration::from_secs(wanted.unwrap_or(SECONDS))
}

#[test]
fn corpus_is_decoded_or_refused_by_name() {
    let names = std::fs::read_dir(CORPUS).unwrap().map(|entry| entry.unwrap().path());
    let mut replayed = 0;
    for path in names.filter(|path| path.extension().is_some_and(|e| e == "body")) {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let decoded = check_invariants(&std::fs::read(&path).unwrap());
        assert_eq!(decoded.is_err(), name.starts_with("refused-"), "{name}: {decoded:?}");
        replayed += 1;
    }
    assert!(replayed >= 30, "{replayed}");
}

#[test]
fn mutated_corpus_decodes_without_panic() {
    let corpus = corpus();
    let strategy = (any::<Index>(), prop::collection::vec(mutation(), 0..8));
    let until = Instant::now() + seconds();
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
    while Instant::now() < until {
        let outcome = runner.run(&strategy, |(seed, mutations)| {
            let mut input = seed.get(&corpus).clone();
            mutations.iter().for_each(|mutation| mutate(&corpus, &mut input, mutation));
            let _ = check_invariants(&input);
            Ok(())
        });
        if let Err(error) = outcome {
            panic!("{error}");
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_decode_without_panic(input in prop::collection::vec(any::<u8>(), 0..2_000)) {
        let _ = check_invariants(&input);
    }
}
