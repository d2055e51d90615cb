//! Parameters for generating the records of a shop.

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::{
    Kind, Poison,
    calendar::{self, Dates},
};
use crate::{
    config::ShopConfig,
    seed::{Draw, Stream},
    wire::reference,
};

/// Name, configuration and time zone of a shop.
#[derive(Clone, Debug)]
pub(crate) struct Recipe {
    pub(crate) shop: String,
    pub(crate) config: Arc<ShopConfig>,
    pub(crate) zone: TimeZone,
}

impl Recipe {
    pub(crate) fn total(&self, kind: Kind) -> u32 {
        match kind {
            Kind::Products => self.config.products,
            Kind::Orders => self.config.orders,
            Kind::Customers => self.config.customers,
        }
    }

    pub(crate) fn dates(&self, kind: Kind, index: u32) -> Dates {
        calendar::dates(&self.config, kind.salt(), self.total(kind), index)
    }

    pub(crate) fn order_status(&self, index: u32) -> Option<u32> {
        let mut draw = Draw::new(self.config.seed, Stream::Status, 0, index);
        (!draw.chance(self.config.abandoned_carts)).then(|| draw.pick(&reference::STATUS_IDS))
    }

    pub(crate) fn poison(&self, kind: Kind, index: u32) -> Option<Poison> {
        let mut draw = Draw::new(self.config.seed, Stream::Poison, kind.salt(), index);
        draw.chance(self.config.quirks.poison).then(|| {
            draw.pick(&[Poison::NoId, Poison::WrongType, Poison::BadNumber, Poison::NotAnObject])
        })
    }
}
