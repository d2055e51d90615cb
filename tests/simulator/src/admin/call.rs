//! Signed calls to the application, valid or deliberately invalid.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    ControlError,
    shop::Shop,
    signing::{CanonicalForm, encode, sign},
    wire::reference::primary_domain,
    world::{World, lock},
};

/// Time at which an uninstall revokes the tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UninstallOrder {
    /// Before the application is called, so its token is already invalid.
    #[default]
    Before,
    /// After the call.
    After,
    /// Not at all, as in a late or repeated call.
    Never,
}

/// Parameters of a call. The default is valid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SignedCall {
    /// Canonical form of the signature, 1 to 4.
    pub form: u8,
    /// `admin`, `primary_domain`, or an address.
    pub app_url: String,
    /// Unix seconds; the current time if absent.
    pub timestamp: Option<i64>,
    /// Seconds added to the timestamp.
    pub skew_seconds: i64,
    /// Sends and signs the shop's name in upper case.
    pub upper_case: bool,
    /// Spelling of the shop's parameter; one page of the documentation has `shopName`.
    pub shop_key: String,
    /// Signs the parameter's name as sent instead of `shopname`, in forms 1 and 2.
    pub sign_key_as_sent: bool,
    /// Additional parameters, signed in forms 3 and 4.
    pub extra: BTreeMap<String, String>,
    /// More of them, whose names may repeat.
    pub repeated: Vec<(String, String)>,
    /// Domain that follows the shop's name, such as `shoprenter.hu`, which makes it a host.
    pub shop_domain: Option<String>,
    /// Invalidates the signature.
    pub bad_hmac: bool,
    /// Parameters removed after signing.
    pub omit: Vec<String>,
    /// Parameters sent twice.
    pub duplicate: Vec<String>,
    /// Authorisation code to use instead.
    pub code: Option<String>,
    /// Secret to sign with instead.
    pub secret: Option<String>,
    /// Makes the call and follows it as a browser would. The default is true for an uninstall.
    pub follow: Option<bool>,
    /// Whether the shop's state changes, as in the real one.
    pub mark: bool,
    /// Time of token revocation in an uninstall.
    pub order: UninstallOrder,
}

impl Default for SignedCall {
    fn default() -> Self {
        Self {
            form: 1,
            app_url: "admin".to_owned(),
            timestamp: None,
            skew_seconds: 0,
            upper_case: false,
            shop_key: "shopname".to_owned(),
            sign_key_as_sent: false,
            extra: BTreeMap::new(),
            repeated: Vec::new(),
            shop_domain: None,
            bad_hmac: false,
            omit: Vec::new(),
            duplicate: Vec::new(),
            code: None,
            secret: None,
            follow: None,
            mark: true,
            order: UninstallOrder::Before,
        }
    }
}

impl SignedCall {
    /// A valid call that is followed.
    #[must_use]
    pub fn followed() -> Self {
        Self { follow: Some(true), ..Self::default() }
    }

    /// Sets the form of the signature.
    #[must_use]
    pub fn form(self, form: u8) -> Self {
        Self { form, ..self }
    }

    /// Address of the app's page in this simulator's admin.
    pub(crate) fn admin_url(world: &World, shop: &Shop) -> String {
        format!("{}/{}/admin/app/{}", world.base_url, shop.name, world.app().app_id)
    }

    fn app_url(&self, world: &World, shop: &Shop) -> String {
        match self.app_url.as_str() {
            "admin" => Self::admin_url(world, shop),
            "primary_domain" => {
                format!(
                    "https://{}/admin/app/{}",
                    primary_domain(&shop.recipe()),
                    world.app().app_id
                )
            }
            literal => literal.to_owned(),
        }
    }

    /// Builds the address to call under `base`; for an install, `app_url` is included.
    pub(crate) fn build(
        &self,
        world: &World,
        shop: &Shop,
        base: &str,
        is_install: bool,
    ) -> Result<String, ControlError> {
        let form = CanonicalForm::from_number(self.form)
            .ok_or_else(|| ControlError::invalid("form: 1, 2, 3 or 4"))?;
        let mut pairs = self.common_pairs(world, shop);
        if is_install {
            pairs.push(("app_url".to_owned(), self.app_url(world, shop)));
        }
        pairs.extend(self.extra.clone());
        pairs.extend(self.repeated.clone());
        let label = if self.sign_key_as_sent { self.shop_key.as_str() } else { "shopname" };
        let secret = self.secret.clone().unwrap_or_else(|| world.app().client_secret);
        let mut hmac = sign(&secret, &form.text(&pairs, &self.shop_key, label));
        if self.bad_hmac {
            let spoiled = if hmac.ends_with('0') { "1" } else { "0" };
            hmac.pop();
            hmac.push_str(spoiled);
        }
        // Placed after the timestamp, as in ShopRenter's own calls.
        pairs.insert(3, ("hmac".to_owned(), hmac));
        let twice: Vec<_> =
            pairs.iter().filter(|(name, _)| self.duplicate.contains(name)).cloned().collect();
        pairs.retain(|(name, _)| !self.omit.contains(name));
        pairs.extend(twice);
        let joint = if base.contains('?') { '&' } else { '?' };
        Ok(format!("{base}{joint}{}", encode(&pairs)))
    }

    fn common_pairs(&self, world: &World, shop: &Shop) -> Vec<(String, String)> {
        let mut name = shop.name.clone();
        name.extend(self.shop_domain.iter().flat_map(|domain| [".", domain]));
        let name = if self.upper_case { name.to_uppercase() } else { name };
        let code = self.code.clone().unwrap_or_else(|| {
            let code = world.random_hex(16);
            lock(&shop.tokens).add_code(code.clone());
            code
        });
        let now = self.timestamp.unwrap_or_else(|| Timestamp::now().as_second());
        let timestamp = now.saturating_add(self.skew_seconds).to_string();
        vec![
            (self.shop_key.clone(), name),
            ("code".to_owned(), code),
            ("timestamp".to_owned(), timestamp),
        ]
    }
}
