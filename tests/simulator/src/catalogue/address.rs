//! A postal address.

use serde::{Deserialize, Serialize};

use super::{phone, phrases};
use crate::{config::ShopConfig, seed::Draw};

/// Person with their postal address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Address {
    /// Given name.
    pub firstname: String,
    /// Family name.
    pub lastname: String,
    /// Company, if the buyer is one.
    pub company: Option<String>,
    /// Street and number.
    pub address1: String,
    /// Floor, door or similar.
    pub address2: Option<String>,
    /// Town.
    pub city: String,
    /// Post code.
    pub postcode: String,
    /// Telephone number of the address, as typed.
    pub phone: Option<String>,
}

impl Address {
    pub(super) fn draw(draw: &mut Draw, config: &ShopConfig) -> Self {
        let (postcode, city) = draw.pick(phrases::CITIES);
        Self {
            firstname: draw.pick(phrases::FIRST_NAMES).to_owned(),
            lastname: draw.pick(phrases::LAST_NAMES).to_owned(),
            company: draw.chance(0.1).then(|| "Próba & Társa Kft.".to_owned()),
            address1: format!("{} {}.", draw.pick(phrases::STREETS), draw.between(1, 180)),
            address2: draw
                .chance(0.3)
                .then(|| format!("{}. em. {}.", draw.between(1, 9), draw.between(1, 40))),
            city: city.to_owned(),
            postcode: postcode.to_owned(),
            phone: (!draw.chance(config.quirks.absent)).then(|| phone::draw(draw).typed),
        }
    }
}
