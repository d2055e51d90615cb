//! Makes a dictionary for the stored form of records, as the core has one: trained on one simulated
//! shop, tried on another. The same shops give the same bytes.
//!
//! ```sh
//! cargo run --profile fast --package benchmarks --bin train-dictionary -- new.zdict
//! ```
//!
//! A dictionary that rows were packed with must stay: a new one is added beside it.

use std::path::PathBuf;

use clap::Parser;
use shopcall_core::config::Contract;
use shopcall_core::domain::{Customer, Order, Product};
use shopcall_core::shoprenter::wire::{ShopContext, body_text, decode_page};
use shopcall_core::sync::SyncRecord;
use shoprenter_simulator::{Kind, Options, ShopConfig, ShopHandle, Simulator};
use zstd::bulk::{Compressor, compress};

/// Of each kind, so that none takes the others' room.
const RECORDS: u32 = 600;
/// The core's own level.
const LEVEL: i32 = 3;
/// Seeds of which no benchmark and no test makes a shop: those shall not be learnt by heart.
const SCHOOL: u64 = 7_001;
const EXAM: u64 = 7_002;
const KINDS: [Kind; 3] = [Kind::Products, Kind::Orders, Kind::Customers];

#[derive(Parser)]
#[command(about = "Trains a dictionary for stored records")]
struct Arguments {
    /// Where the dictionary is written to.
    file: PathBuf,
    /// How large it may be, in bytes.
    #[arg(long, default_value_t = 16 * 1024)]
    size: usize,
}

fn main() {
    let arguments = Arguments::parse();
    let simulator = Simulator::start(Options::default()).unwrap();
    let shop = |name, seed| {
        let config = ShopConfig { seed, ..ShopConfig::sized(RECORDS, RECORDS, RECORDS) };
        simulator.put_shop(name, config).unwrap()
    };
    let (school, exam) = (shop("school", SCHOOL), shop("exam", EXAM));
    let lessons: Vec<_> = KINDS.iter().flat_map(|kind| stored(&school, *kind).records).collect();
    let dictionary = zstd::dict::from_samples(&lessons, arguments.size).unwrap();
    println!("{} bytes from {} records; on another shop's:", dictionary.len(), lessons.len());
    let mut compressor = Compressor::with_dictionary(LEVEL, &dictionary).unwrap();
    for kind in KINDS {
        let Stored { received, records } = stored(&exam, kind);
        let packed: usize =
            records.iter().map(|one| compressor.compress(one.as_bytes()).unwrap().len()).sum();
        let alone: usize =
            records.iter().map(|one| compress(one.as_bytes(), LEVEL).unwrap().len()).sum();
        let percent = |size: usize| 100.0 * size as f64 / received as f64;
        let (with, without) = (percent(packed), percent(alone));
        println!("  {kind:?}: {with:.1} % of the JSON received, {without:.1} % without it");
    }
    std::fs::write(&arguments.file, dictionary).unwrap();
}

/// A shop's records of one kind.
struct Stored {
    /// Bytes of JSON received for them.
    received: usize,
    /// What is stored of each, not yet compressed.
    records: Vec<String>,
}

fn stored(shop: &ShopHandle, kind: Kind) -> Stored {
    match kind {
        Kind::Products => stored_as::<Product>(shop, kind),
        Kind::Orders => stored_as::<Order>(shop, kind),
        Kind::Customers => stored_as::<Customer>(shop, kind),
    }
}

fn stored_as<T: SyncRecord>(shop: &ShopHandle, kind: Kind) -> Stored {
    let items: Vec<_> = (0..RECORDS).map(|index| shop.raw(kind, index).unwrap()).collect();
    let received = items.iter().map(|item| item.to_string().len()).sum();
    let page = serde_json::json!({"page": 0, "next": null, "items": items}).to_string();
    let text = body_text(page.as_bytes());
    let context = ShopContext::default();
    let records =
        decode_page(&text).unwrap().items.into_iter().map(|item| {
            T::decode(item, Contract::Official, &context).unwrap().raw.unpack().unwrap()
        });
    Stored { received, records: records.collect() }
}
