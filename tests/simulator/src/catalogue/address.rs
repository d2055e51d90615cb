//! A postal address.

use serde::{Deserialize, Serialize};

use super::{phone, phrases};
use crate::{config::ShopConfig, seed::Draw};

/// Person with their postal address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Address {
    /// Family name.
    pub family: String,
    /// Given name.
    pub given: String,
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
    /// ISO 3166-1 code of the country.
    pub country: String,
    /// Telephone number of the address, as typed.
    pub phone: Option<String>,
}

impl Address {
    pub(super) fn draw(draw: &mut Draw, config: &ShopConfig) -> Self {
        let (postcode, city) = draw.pick(phrases::CITIES);
        Self {
            given: draw.pick(phrases::FIRST_NAMES).to_owned(),
            family: draw.pick(phrases::LAST_NAMES).to_owned(),
            company: draw.chance(0.1).then(|| "Próba & Társa Kft.".to_owned()),
            address1: format!("{} {}.", draw.pick(phrases::STREETS), draw.between(1, 180)),
            address2: draw
                .chance(0.3)
                .then(|| format!("{}. em. {}.", draw.between(1, 9), draw.between(1, 40))),
            city: city.to_owned(),
            postcode: postcode.to_owned(),
            country: "HU".to_owned(),
            phone: (!draw.chance(config.quirks.absent)).then(|| phone::draw(draw, config).typed),
        }
    }

    /// An address in Austria or Slovakia.
    pub(super) fn draw_abroad(draw: &mut Draw, config: &ShopConfig) -> Self {
        let (country, postcode, city) =
            draw.pick(&[("AT", "1010", "Wien"), ("SK", "945 01", "Komárno")]);
        Self {
            country: country.to_owned(),
            postcode: postcode.to_owned(),
            city: city.to_owned(),
            phone: None,
            ..Self::draw(draw, config)
        }
    }
}
