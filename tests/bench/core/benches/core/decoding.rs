//! Decoding a page's bytes into records and, for products, compressing the raw answer.

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use jiff::Timestamp;
use shopcall_core::domain::{RawRecord, Resource, ShopContext};
use shoprenter::{Contract, decode_records};
use shoprenter_simulator::Kind;

use core_benchmarks::{ProcessorTime, all};

pub(crate) fn measure(criterion: &mut Criterion<ProcessorTime>) {
    let pages = all();
    let context = ShopContext::default();
    let mut group = criterion.benchmark_group("decode");
    for (kind, pages) in &pages {
        let (name, resource) = match kind {
            Kind::Products => ("products", Resource::Products),
            Kind::Orders => ("orders", Resource::Orders),
            Kind::Customers => ("customers", Resource::Customers),
        };
        for (spelling, body) in [("", &pages.plain), ("-escaped", &pages.escaped)] {
            group.throughput(Throughput::Bytes(body.len() as u64));
            group.bench_function(format!("{name}{spelling}"), |bencher| {
                let contract = Contract::Official;
                let body = body.as_bytes();
                bencher.iter(|| {
                    decode_records(
                        resource,
                        contract,
                        black_box(body),
                        &context,
                        Timestamp::UNIX_EPOCH,
                    )
                });
            });
        }
    }
    group.finish();
    let (_, products) = &pages[0];
    let mut group = criterion.benchmark_group("pack");
    group.throughput(Throughput::Bytes(products.plain.len() as u64));
    group.bench_function("products", |bencher| {
        bencher.iter(|| RawRecord::of(black_box(&products.plain)));
    });
    group.finish();
}
