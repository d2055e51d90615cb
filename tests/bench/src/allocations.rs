//! Allocations between a page's bytes and its rows. They are counted in this program, because the
//! functions' binaries have no counting allocator.

use jiff::Timestamp;
use serde_json::{Value, json};
use shopcall_core::domain::{Generation, Product, Resource, ShopContext, StoreId};
use shopcall_core::runtime::aws::AwsEnvironment;
use shopcall_core::runtime::config::{Environment, Tables};
use shopcall_core::storage::{CacheRepository, Cached};
use shopcall_core::sync::SyncRecord as _;
use shoprenter::{Contract, decode_records};
use shoprenter_simulator::Kind;
use tokio::runtime::Runtime;

use crate::testbed::Testbed;

const PAGES: u32 = 5;
const PAGE: u32 = 200;

/// Allocations for a thousand products.
pub(crate) struct Allocated {
    /// Allocations while decoding pages into records.
    pub(crate) decoding: u64,
    /// Allocations while converting records to rows and sending them.
    pub(crate) writing: u64,
    /// Bytes allocated in total.
    pub(crate) bytes: u64,
}

impl Allocated {
    pub(crate) fn all(&self) -> u64 {
        self.decoding + self.writing
    }
}

/// Decodes and writes a thousand products on a dedicated thread.
pub(crate) async fn of_a_thousand(testbed: &Testbed) -> Allocated {
    let pages: Vec<String> = (0..PAGES).map(|number| page(testbed, number)).collect();
    let environment = testbed.app.environment().to_vec();
    let tables = testbed.app.tables().clone();
    tokio::task::spawn_blocking(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let cache = runtime.block_on(async { repository(&environment, tables) });
        count(&pages, &runtime, &cache)
    })
    .await
    .unwrap()
}

fn count(pages: &[String], runtime: &Runtime, cache: &CacheRepository) -> Allocated {
    // A shop other than the set-up's, so that its rows are new.
    let store: StoreId = "shoprenter:counted".parse().unwrap();
    let mut allocated = Allocated { decoding: 0, writing: 0, bytes: 0 };
    for body in pages {
        let mut records = Vec::new();
        let decoding = allocation_counter::measure(|| records = decode(body));
        let writing = allocation_counter::measure(|| {
            let written =
                runtime.block_on(cache.put(&store, &records, jiff::Timestamp::now())).unwrap();
            assert_eq!(written.written, u64::from(PAGE));
        });
        allocated.decoding += decoding.count_total;
        allocated.writing += writing.count_total;
        allocated.bytes += decoding.bytes_total + writing.bytes_total;
    }
    allocated
}

fn decode(body: &str) -> Vec<Cached<Product>> {
    let context = ShopContext::default();
    let (resource, contract) = (Resource::Products, Contract::Official);
    let records =
        decode_records(resource, contract, body.as_bytes(), &context, Timestamp::UNIX_EPOCH)
            .unwrap();
    let cached = |record| Product::cached(record, Generation::default()).unwrap();
    records.into_iter().map(|record| cached(record.unwrap())).collect()
}

fn page(testbed: &Testbed, number: u32) -> String {
    let numbers = number * PAGE..(number + 1) * PAGE;
    let items: Vec<Value> =
        numbers.map(|index| testbed.shop.raw(Kind::Products, index).unwrap()).collect();
    json!({"page": number, "next": null, "items": items}).to_string()
}

/// Creates a repository with its own connections, because they belong to this thread.
fn repository(environment: &[(String, String)], tables: Tables) -> CacheRepository {
    let lookup = |name: &str| {
        environment.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    };
    let http = shopcall_core::runtime::http_client().unwrap();
    let aws = AwsEnvironment::from_environment(&Environment::new(&lookup), http).unwrap();
    CacheRepository::new(aws.dynamodb(), tables.cache, tables.stores)
}
