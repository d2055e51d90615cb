//! Addresses of a shop's pages and images.

use shopcall_domain::ShopName;
use url::Url;

use super::domain::Domain;
use crate::settings::hosts;

/// Hosts of a shop's storefront.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    shop: ShopName,
    domains: Vec<Domain>,
}

impl Site {
    /// The site of a shop with these domains; without any, at the host that every shop has.
    pub(crate) fn new(shop: ShopName, domains: Vec<Domain>) -> Self {
        Self { shop, domains }
    }

    /// Address of a page, at the domain of its language if there is one.
    pub(super) fn page(&self, alias: &str, language: Option<&str>) -> Option<String> {
        let mut domains = self.domains.iter();
        let own =
            domains.find(|domain| language.is_some() && domain.language.as_deref() == language);
        let host = own.or_else(|| self.domains.iter().find(|domain| domain.is_primary));
        address(host.map(|domain| domain.host.as_str()), &self.shop, alias)
    }

    /// Address of an image, by its path among the shop's images.
    pub(super) fn image(&self, path: &str) -> Option<String> {
        let path = path.trim_start_matches('/');
        address(None, &self.shop, &format!("custom/{}/image/data/{path}", self.shop))
    }
}

/// The alias or path never changes the host.
fn address(host: Option<&str>, shop: &ShopName, path: &str) -> Option<String> {
    let [own, _] = hosts(shop);
    let mut address = Url::parse(&format!("https://{}/", host.unwrap_or(&own))).ok()?;
    address.set_path(path);
    Some(address.into())
}

#[cfg(test)]
mod tests {
    use shopcall_domain::HostName;

    use super::*;

    fn domain(host: &str, is_primary: bool, language: &str) -> Domain {
        let language = Some(language.to_owned());
        Domain { host: HostName::parse(host).unwrap(), is_primary, language }
    }

    #[test]
    fn page_is_at_its_languages_domain() {
        let domains = vec![domain("www.bolt.hu", true, "hu"), domain("www.bolt.com", false, "en")];
        let site = Site::new(ShopName::parse("bolt").unwrap(), domains);
        let page = |language| site.page("kék bögre/1", language).unwrap();
        assert_eq!(page(Some("hu")), "https://www.bolt.hu/k%C3%A9k%20b%C3%B6gre/1");
        assert_eq!(page(Some("en")), "https://www.bolt.com/k%C3%A9k%20b%C3%B6gre/1");
        assert_eq!(page(Some("de")), page(Some("hu")));
        assert_eq!(page(None), page(Some("hu")));
    }

    #[test]
    fn shop_without_domains_has_its_own_host() {
        let site = Site::new(ShopName::parse("bolt").unwrap(), Vec::new());
        assert_eq!(site.page("bogre", None).unwrap(), "https://bolt.shoprenter.hu/bogre");
        assert_eq!(
            site.image("/product/a b.jpg").unwrap(),
            "https://bolt.shoprenter.hu/custom/bolt/image/data/product/a%20b.jpg"
        );
    }

    #[test]
    fn alias_never_changes_the_host() {
        let site = Site::new(ShopName::parse("bolt").unwrap(), Vec::new());
        for alias in
            ["//evil.example/x", "https://evil.example", "@evil.example", "\\\\evil.example"]
        {
            let page = site.page(alias, None).unwrap();
            assert!(page.starts_with("https://bolt.shoprenter.hu/"), "{page}");
        }
    }
}
