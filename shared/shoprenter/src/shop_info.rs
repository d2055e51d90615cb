//! Reading what a shop publishes about itself: one request for each of five collections.

use serde_json::value::RawValue;
use shopcall_domain::{ApiError, ShopInfo};

use crate::Contract;
use crate::client::Session;
use crate::context::every_page;
use crate::wire::{self, TaxRates};

impl Session {
    /// Reads the shop's contact, pages, shipping and payment methods. What the app may not read is
    /// left out. None under the brief's contract, which has nothing of it.
    pub(crate) async fn read_shop_info(&self) -> Result<Option<ShopInfo>, ApiError> {
        if self.contract() == Contract::Brief {
            return Ok(None);
        }
        let (context, mut info) = (self.context(), ShopInfo::default());
        every_page(self, "settings", |items| wire::add_settings(&mut info, items)).await?;
        info.pages = self
            .in_order("informationExtend", |items| {
                wire::decode_info_pages(items, &context.languages)
            })
            .await?;
        info.payment = self
            .in_order("paymentModes", |items| wire::decode_payment(items, &context.languages))
            .await?;
        let mut rates = TaxRates::default();
        every_page(self, "taxClassExtend", |items| rates.add(items)).await?;
        info.shipping = self
            .in_order("shippingModeExtend", |items| {
                wire::decode_shipping(items, &context.languages, &rates)
            })
            .await?;
        Ok(Some(info))
    }

    /// Decodes a collection and puts its entries in the shop's order. None if the shop refuses it.
    async fn in_order<T>(
        &self,
        collection: &'static str,
        decode: impl Fn(&[&RawValue]) -> Vec<(i64, T)>,
    ) -> Result<Option<Vec<T>>, ApiError> {
        let mut entries = Vec::new();
        let is_read = every_page(self, collection, |items| entries.extend(decode(items))).await?;
        Ok(is_read.then(|| wire::in_order(entries)))
    }
}
