//! `orderHistories`: statuses and comments of an order.

use serde::Deserialize;
use serde_json::value::RawValue;
use shopcall_domain::HistoryEntry;

use super::context::ShopContext;
use super::plain_text::paragraphs;
use super::scalar::{Instant, Scalar};
use super::shape::Ref;

/// Bytes of a comment; shops paste whole e-mails into them.
const MAX_COMMENT: usize = 1_024;

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
struct WireEntry<'a> {
    inner_id: Scalar<'a>,
    comment: Scalar<'a>,
    date_added: Scalar<'a>,
    order: Ref<'a>,
    order_status: Ref<'a>,
}

/// Decodes a page of the history of the order `id`: entries with their numbers, in the page's
/// order. Entries of other orders are left out, should ShopRenter ignore the filter. An unusable
/// field is none; an entry without any is left out.
pub(crate) fn decode_history(
    items: &[&RawValue],
    id: &str,
    context: &ShopContext,
) -> Vec<(i64, HistoryEntry)> {
    let instant = Instant { zone: &context.time_zone };
    let decode = |item: &&RawValue| {
        let wire: WireEntry<'_> = serde_json::from_str(item.get()).ok()?;
        if wire.order.id() != Some(id) {
            return None;
        }
        let comment = wire.comment.text().map(|comment| paragraphs(comment, MAX_COMMENT));
        let entry = HistoryEntry {
            at: instant.read(&wire.date_added, "dateAdded").ok().flatten(),
            status: wire.order_status.id().map(|status| context.statuses.status(status)),
            comment: comment.filter(|comment| !comment.is_empty()),
        };
        let number = wire.inner_id.integer("innerId").ok().flatten().unwrap_or_default();
        (entry.status.is_some() || entry.comment.is_some()).then_some((number, entry))
    };
    items.iter().filter_map(decode).collect()
}

#[cfg(test)]
mod tests {
    use super::super::decode_page;
    use super::*;

    fn entries(items: &str) -> Vec<HistoryEntry> {
        let body = format!(r#"{{"page":0,"pageCount":1,"limit":200,"next":null,"items":{items}}}"#);
        let page = decode_page(&body).unwrap();
        let entries = decode_history(&page.items, "TzE=", &ShopContext::default());
        entries.into_iter().map(|(_, entry)| entry).collect()
    }

    fn item(fields: &str) -> String {
        format!(
            r#"{{"href":"https://bolt.api.myshoprenter.hu/orderHistories/SDE=","id":"SDE=",
                "innerId":"1",{fields}
                "order":{{"href":"https://bolt.api.myshoprenter.hu/orders/TzE="}},
                "orderStatus":{{"href":"https://bolt.api.myshoprenter.hu/orderStatuses/UzU="}}}}"#
        )
    }

    #[test]
    fn documented_entry_is_read_field_by_field() {
        let read =
            entries(&format!("[{}]", item(r#""comment":"","dateAdded":"2011-01-04 10:00:00","#)));
        let [entry] = read.as_slice() else { panic!("{read:?}") };
        assert_eq!(entry.at, "2011-01-04T09:00:00Z".parse().ok());
        assert_eq!(entry.status.as_ref().and_then(|status| status.id.as_deref()), Some("UzU="));
        assert_eq!(entry.comment, None);
    }

    #[test]
    fn comment_is_cleaned_and_bounded() {
        let marked = item(r#""comment":"&lt;p&gt;Átadtuk &amp;amp; feladtuk.&lt;/p&gt;","#);
        let plain = item(r#""comment":"<p>Csomagszám:<br>GLS 123</p>","#);
        let long = item(&format!(r#""comment":"{}","#, "a".repeat(5_000)));
        let read = entries(&format!("[{marked},{plain},{long}]"));
        let comments: Vec<_> = read.iter().filter_map(|entry| entry.comment.as_deref()).collect();
        assert_eq!(comments[0], "Átadtuk & feladtuk.");
        assert_eq!(comments[1], "Csomagszám:\nGLS 123");
        assert_eq!(comments[2].len(), MAX_COMMENT);
    }

    #[test]
    fn other_orders_and_unusable_entries_are_left_out() {
        let other = r#"{"innerId":"2","comment":"titok","order":{"href":"https://b/orders/TzI="}}"#;
        let unlinked = r#"{"innerId":"3","comment":"titok"}"#;
        let dateless = item(r#""comment":{},"dateAdded":"0000-00-00 00:00:00","#);
        let odd = item(r#""comment":["a"],"dateAdded":"soon","#);
        let read = entries(&format!("[{other},{unlinked},7,{dateless},{odd}]"));
        assert_eq!(read.len(), 2);
        assert!(read.iter().all(|entry| entry.at.is_none() && entry.comment.is_none()));
    }
}
