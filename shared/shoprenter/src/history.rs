//! Reading an order's history.

use std::cmp::Reverse;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use shopcall_domain::{ApiError, History, MAX_HISTORY};

use crate::Contract;
use crate::client::Session;
use crate::pages::{PAGE, understand};
use crate::wire;

/// An order with more entries than this many pages hold is unheard of.
const MAX_PAGES: u64 = 3;

impl Session {
    /// Reads the newest entries of the history of the order `id`: one request, as long as the order
    /// has no more than 200 entries.
    pub(crate) async fn newest_history(&self, id: &str) -> Result<History, ApiError> {
        if self.contract() == Contract::Brief {
            return Ok(History::None);
        }
        let (context, mut entries) = (self.context(), Vec::new());
        let order = utf8_percent_encode(id, NON_ALPHANUMERIC);
        for number in 0..MAX_PAGES {
            let query = format!("full=1&page={number}&limit={PAGE}&orderId={order}");
            let read = self.get_optional("orderHistories", &query, |body| {
                let body = wire::body_text(body);
                let page = understand(&body)?;
                Ok((wire::decode_history(&page.items, id, &context), page.has_next))
            });
            match read.await? {
                Some((page, has_next)) => {
                    entries.extend(page);
                    if !has_next {
                        break;
                    }
                }
                None if number == 0 => return Ok(History::None),
                None => break,
            }
        }
        entries.sort_by_key(|(number, entry)| Reverse((entry.at, *number)));
        entries.truncate(MAX_HISTORY);
        Ok(History::Read(entries.into_iter().map(|(_, entry)| entry).collect()))
    }
}
