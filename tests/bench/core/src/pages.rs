//! Pages of 200 records as the simulated shop lists them.

use serde_json::{Value, json};
use shoprenter_simulator::{Kind, Options, ShopConfig, ShopHandle, Simulator};

/// ShopRenter's maximum page size.
pub const PAGE: u32 = 200;

/// A page in both spellings of JSON strings.
pub struct Pages {
    /// Characters unescaped.
    pub plain: String,
    /// Slashes and characters outside ASCII escaped, as PHP's `json_encode` does without flags.
    pub escaped: String,
}

/// Generates a page of products, one of orders and one of customers.
pub fn all() -> [(Kind, Pages); 3] {
    let simulator = Simulator::start(Options::default()).unwrap();
    let shop = simulator.put_shop("bench", ShopConfig::sized(PAGE, PAGE, PAGE)).unwrap();
    [Kind::Products, Kind::Orders, Kind::Customers].map(|kind| (kind, page(&shop, kind)))
}

fn page(shop: &ShopHandle, kind: Kind) -> Pages {
    let items: Vec<Value> = (0..PAGE).map(|index| shop.raw(kind, index).unwrap()).collect();
    let page = json!({"page": 0, "pageCount": 1, "limit": PAGE, "next": null, "items": items});
    let plain = page.to_string();
    let escaped = escape(&plain);
    Pages { plain, escaped }
}

fn escape(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len() * 2);
    for character in json.chars() {
        match character {
            '/' => escaped.push_str("\\/"),
            _ if character.is_ascii() => escaped.push(character),
            _ => {
                let mut units = [0; 2];
                for unit in character.encode_utf16(&mut units) {
                    escaped.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    escaped
}
