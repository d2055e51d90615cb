//! Addresses of a product's pages and of its image.

use std::collections::BTreeMap;

use super::super::context::ShopContext;
use super::super::scalar::Scalar;
use super::MAX_ADDRESS;
use super::fields::{WireImages, WireUrlAlias};
use shopcall_domain::{ProductText, SkippedFields};

/// Adds the addresses of the pages in other languages to `texts`, and gives the one in the shop's
/// language, or the first.
pub(super) fn pages(
    aliases: &[WireUrlAlias<'_>],
    texts: &mut BTreeMap<String, ProductText>,
    context: &ShopContext,
    skipped: &mut SkippedFields,
) -> Option<String> {
    let mut pages = Vec::new();
    for wire in aliases {
        let alias = wire.url_alias.string_within(MAX_ADDRESS, "urlAliases.urlAlias");
        let Some(alias) = skipped.or_none(alias) else { continue };
        let language = wire.language.id().map(|id| context.languages.code(id).unwrap_or(id));
        let page = match &context.site {
            Some(site) => site.page(&alias, language),
            None => Some(alias),
        };
        let page = page.filter(|page| page.len() <= MAX_ADDRESS);
        pages.extend(page.map(|page| (language, page)));
    }
    let own = context.language.as_deref();
    let main = pages.iter().position(|(language, _)| own.is_some() && *language == own);
    let main = (!pages.is_empty()).then(|| pages.remove(main.unwrap_or_default()));
    for (language, page) in pages {
        if let Some(text) = language.and_then(|language| texts.get_mut(language)) {
            text.link.get_or_insert(page);
        }
    }
    main.map(|(_, page)| page)
}

/// The main image: its address, or the one that its path among the shop's images has.
pub(super) fn image(
    images: &[WireImages<'_>],
    path: &Scalar<'_>,
    context: &ShopContext,
    skipped: &mut SkippedFields,
) -> Option<String> {
    let main = images.first().map(|images| &images.main_image);
    let main = main
        .and_then(|main| skipped.or_none(main.string_within(MAX_ADDRESS, "allImages.mainImage")));
    main.filter(|address| address.starts_with("https://") || address.starts_with("http://"))
        .or_else(|| {
            let path = skipped.or_none(path.string_within(MAX_ADDRESS, "mainPicture"))?;
            context.site.as_ref()?.image(&path).filter(|address| address.len() <= MAX_ADDRESS)
        })
}
