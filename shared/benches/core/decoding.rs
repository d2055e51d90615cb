//! From a page's bytes to records and, of products, the compressed text.

use std::hint::black_box;

use criterion::{BenchmarkGroup, Criterion, Throughput};
use shopcall_core::config::Contract;
use shopcall_core::domain::{Customer, Order, Product};
use shopcall_core::shoprenter::wire::{Decoded, ShopContext, body_text, decode_page};
use shopcall_core::sync::SyncRecord;
use shoprenter_simulator::Kind;

use crate::pages;
use crate::processor::ProcessorTime;

pub(crate) fn measure(criterion: &mut Criterion<ProcessorTime>) {
    let pages = pages::all();
    let mut group = criterion.benchmark_group("decode");
    for (kind, pages) in &pages {
        for (spelling, body) in [("", &pages.plain), ("-escaped", &pages.escaped)] {
            group.throughput(Throughput::Bytes(body.len() as u64));
            match kind {
                Kind::Products => page::<Product>(&mut group, &format!("products{spelling}"), body),
                Kind::Orders => page::<Order>(&mut group, &format!("orders{spelling}"), body),
                Kind::Customers => {
                    page::<Customer>(&mut group, &format!("customers{spelling}"), body);
                }
            }
        }
    }
    group.finish();
    let mut group = criterion.benchmark_group("pack");
    for (_, pages) in pages.iter().filter(|(kind, _)| matches!(kind, Kind::Products)) {
        group.throughput(Throughput::Bytes(pages.plain.len() as u64));
        pack(&mut group, "products", &pages.plain);
    }
    group.finish();
}

/// Bytes to records, with nothing compressed yet.
fn page<T: SyncRecord>(group: &mut BenchmarkGroup<'_, ProcessorTime>, name: &str, body: &str) {
    let context = ShopContext::default();
    group.bench_function(name, |bencher| {
        bencher.iter(|| decode::<T>(black_box(body.as_bytes()), &context));
    });
}

/// What it takes to compress the text of products, counted by the bytes that were received.
fn pack(group: &mut BenchmarkGroup<'_, ProcessorTime>, name: &str, body: &str) {
    let decoded = decode::<Product>(body.as_bytes(), &ShopContext::default());
    group.bench_function(name, |bencher| {
        bencher.iter(|| {
            let raws = decoded.iter().filter_map(|one| black_box(one.raw.clone()));
            raws.map(|raw| raw.into_bytes().len()).sum::<usize>()
        });
    });
}

fn decode<T: SyncRecord>(body: &[u8], context: &ShopContext) -> Vec<Decoded<T>> {
    let text = body_text(body);
    let items = decode_page(&text).unwrap().items.into_iter();
    items.map(|item| T::decode(item, Contract::Official, context).unwrap()).collect()
}
