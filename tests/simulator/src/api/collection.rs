//! Reads collections and single records.

use serde_json::{Value, json};

use super::{
    failure::Failure,
    filters,
    page::PageRequest,
    query::Query,
    resource::{Content, Resource},
};
use crate::{
    catalogue::{Filter, Kind},
    shop::Shop,
    wire::{goods, history, link, reference, shop as about},
    world::{lock, read as read_lock},
};

pub(super) fn read(shop: &Shop, resource: &Resource, query: &Query) -> Result<Value, Failure> {
    match resource.content {
        Content::Extended(kind) | Content::Plain(kind) => records(shop, resource, kind, query),
        Content::Domains => Ok(reference::domains(&shop.recipe())),
        _ => {
            let all = match resource.content {
                Content::OrderHistories => histories(shop, query.first("orderId")),
                content => small(shop, content),
            };
            let request = PageRequest::parse(query)?;
            let range = request.range(all.len())?;
            let page = all.get(range).unwrap_or_default();
            let items =
                page.iter().map(|item| if request.full { item.clone() } else { href_only(item) });
            let items = items.collect();
            Ok(request.envelope(&shop.name, resource, all.len(), items, bare_items(shop)))
        }
    }
}

fn bare_items(shop: &Shop) -> bool {
    shop.config().quirks.bare_items
}

fn href_only(item: &Value) -> Value {
    json!({ "href": item.get("href") })
}

/// Small resources, not paged.
fn small(shop: &Shop, content: Content) -> Vec<Value> {
    let recipe = shop.recipe();
    match content {
        Content::Categories => goods::categories(&recipe),
        Content::Manufacturers => goods::manufacturers(&recipe),
        Content::StockStatusDescriptions => goods::stock_status_descriptions(&recipe),
        Content::AttributeDescriptions => goods::attribute_descriptions(&recipe),
        Content::Languages => reference::languages(&recipe),
        Content::Currencies => reference::currencies(&recipe),
        Content::OrderStatuses => reference::order_statuses(&recipe),
        Content::OrderStatusDescriptions => reference::order_status_descriptions(&recipe),
        Content::Settings => reference::settings(&recipe),
        Content::WebHooks => lock(&shop.webhooks).wire(&shop.name),
        Content::OrderHistories => histories(shop, None),
        Content::Information => about::information(&recipe),
        Content::ShippingModes => about::shipping_modes(&recipe),
        Content::TaxClasses => about::tax_classes(&recipe),
        Content::PaymentModes => about::payment_modes(&recipe),
        Content::Domains | Content::Extended(_) | Content::Plain(_) => Vec::new(),
    }
}

/// Histories of one order or of all, in the order of their numbers.
fn histories(shop: &Shop, order_id: Option<&str>) -> Vec<Value> {
    let catalogue = read_lock(&shop.catalogue);
    let (recipe, stock) = (&catalogue.recipe, catalogue.stock(Kind::Orders));
    let orders = match order_id {
        Some(id) => stock.index_of(recipe, id).into_iter().collect(),
        None => stock.select(recipe, &Filter::default()),
    };
    let of = |index| {
        let order = stock.normalized(recipe, index)?;
        Some(history::entries(&order, &stock.api_id(recipe, index), recipe))
    };
    orders.into_iter().filter_map(of).flatten().collect()
}

fn records(shop: &Shop, resource: &Resource, kind: Kind, query: &Query) -> Result<Value, Failure> {
    let request = PageRequest::parse(query)?;
    let filter = filters::parse(kind, query)?;
    let catalogue = read_lock(&shop.catalogue);
    let stock = catalogue.stock(kind);
    let selected = stock.select(&catalogue.recipe, &filter);
    let page = selected.get(request.range(selected.len())?).unwrap_or_default();
    let item = |&index: &u32| {
        if request.full {
            stock.wire(&catalogue.recipe, index).map(|record| trim(record, resource.content))
        } else {
            Some(link(&shop.name, resource.name, &stock.api_id(&catalogue.recipe, index)))
        }
    };
    let items = page.iter().filter_map(item).collect();
    // Does not use `bare_items`, because the catalogue is already locked.
    let bare = catalogue.recipe.config.quirks.bare_items;
    Ok(request.envelope(&shop.name, resource, selected.len(), items, bare))
}

/// Plain resources link to the contents of extended ones, and their orders have no currency.
fn trim(mut record: Value, content: Content) -> Value {
    if let (Content::Plain(_), Some(fields)) = (content, record.as_object_mut()) {
        for extended in [
            "productPrices",
            "productDescriptions",
            "productCategoryRelations",
            "productAttributeExtend",
            "productSpecials",
            "urlAliases",
            "allImages",
            "orderProducts",
            "orderTotals",
            "orderCreditCards",
            "currency",
            "addresses",
            "loyaltyPoints",
        ] {
            fields.remove(extended);
        }
    }
    record
}

pub(super) fn read_one(shop: &Shop, resource: &Resource, id: &str) -> Option<Value> {
    match resource.content {
        Content::Extended(kind) | Content::Plain(kind) => {
            let catalogue = read_lock(&shop.catalogue);
            let (stock, recipe) = (catalogue.stock(kind), &catalogue.recipe);
            let record = stock.wire(recipe, stock.index_of(recipe, id)?)?;
            Some(trim(record, resource.content))
        }
        Content::Domains => None,
        content => {
            let is_it = |item: &Value| item.get("id").and_then(Value::as_str) == Some(id);
            small(shop, content).into_iter().find(is_it)
        }
    }
}
