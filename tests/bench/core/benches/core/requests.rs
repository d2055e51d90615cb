//! Processing costs of a request, without the network.

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;
use shopcall_core::access::DataKeys;
use shopcall_core::domain::{Country, Phone, Purpose, ShopContext};
use shoprenter::{SigningKeys, read_delivery, verify_callback};

use core_benchmarks::ProcessorTime;

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const NOW: Timestamp = Timestamp::constant(1_780_000_000, 0);
const WEBHOOK: &[u8] = include_bytes!(
    "../../../../../shared/shoprenter/src/wire/webhook/corpus/multipart-two-parts.body"
);

pub(crate) fn measure(criterion: &mut Criterion<ProcessorTime>) {
    signature(criterion);
    webhook(criterion);
    sealing(criterion);
    phones(criterion);
}

fn signature(criterion: &mut Criterion<ProcessorTime>) {
    let text = format!(
        "shopname=bolt&code=9f86d081884c7d659a2feaa0c55ad015&timestamp={}",
        NOW.as_second()
    );
    let mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap().chain_update(&text);
    let signed = format!("{text}&hmac={}", hex::encode(mac.finalize().into_bytes()));
    let keys = SigningKeys::new([SECRET]).unwrap();
    criterion.bench_function("signature/verify", |bencher| {
        bencher.iter(|| verify_callback(black_box(&signed), &keys, NOW, Purpose::Entry).unwrap());
    });
}

fn webhook(criterion: &mut Criterion<ProcessorTime>) {
    let (content_type, body) = multipart();
    let context = ShopContext::default();
    let mut group = criterion.benchmark_group("webhook");
    group.throughput(Throughput::Bytes(body.len() as u64));
    group.bench_function("multipart", |bencher| {
        bencher.iter(|| read_delivery(Some(content_type), black_box(body), &context).unwrap());
    });
}

/// The corpus file's first line is the content type header.
fn multipart() -> (&'static str, &'static [u8]) {
    let end = WEBHOOK.iter().position(|byte| *byte == b'\n').unwrap();
    (str::from_utf8(&WEBHOOK[..end]).unwrap(), &WEBHOOK[end + 1..])
}

fn sealing(criterion: &mut Criterion<ProcessorTime>) {
    let keys = DataKeys::new([[7; 32]]).unwrap();
    let token = [b't'; 1_024];
    let sealed = keys.seal("bolt", [1; 12], &token).unwrap();
    criterion.bench_function("sealing/seal", |bencher| {
        bencher.iter(|| keys.seal("bolt", [1; 12], black_box(&token)).unwrap());
    });
    criterion.bench_function("sealing/open", |bencher| {
        bencher.iter(|| keys.open("bolt", black_box(&sealed)).unwrap());
    });
}

fn phones(criterion: &mut Criterion<ProcessorTime>) {
    for (name, typed) in [("national", "06 20 123 4567"), ("international", "+36201234567")] {
        criterion.bench_function(&format!("phone/{name}"), |bencher| {
            bencher.iter(|| Phone::parse(black_box(typed), Country::HUNGARY).unwrap());
        });
    }
}
