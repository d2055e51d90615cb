//! The stylesheet and the script. Their names contain a hash of the content, so they can be cached
//! indefinitely.

use std::sync::LazyLock;

use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderValue};
use sha2::{Digest as _, Sha256};

use crate::runtime::http::{Answer, Problem, with_body};

/// The stylesheet of all pages.
pub static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    let body = include_str!("../../templates/page.css");
    Asset::new("page", "css", "text/css; charset=utf-8", body)
});

/// The script of the store's page.
pub static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    let body = include_str!("../../templates/page.js");
    Asset::new("page", "js", "text/javascript; charset=utf-8", body)
});

/// A file that pages load.
#[derive(Debug)]
pub struct Asset {
    name: String,
    content_type: &'static str,
    body: &'static str,
}

impl Asset {
    fn new(stem: &str, extension: &str, content_type: &'static str, body: &'static str) -> Self {
        let mut digest = hex::encode(Sha256::digest(body));
        digest.truncate(16);
        Self { name: format!("{stem}-{digest}.{extension}"), content_type, body }
    }

    /// File name with a hash of the content.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file's content.
    pub fn body(&self) -> &'static str {
        self.body
    }

    /// Relative address for a page. The paths of all pages have three segments; any prefix depends
    /// on the gateway.
    pub(super) fn href(&self) -> String {
        format!("../../assets/{}", self.name)
    }
}

/// Serves a file by name; 404 if it does not exist, for instance an old one after a deployment.
pub fn asset(name: &str) -> Answer {
    let known = [&*STYLE, &*SCRIPT].into_iter().find(|asset| asset.name == name);
    let Some(asset) = known else { return Problem::NotFound.into() };
    let mut answer = with_body(StatusCode::OK, asset.content_type, asset.body.to_owned());
    let immutable = HeaderValue::from_static("public, max-age=31536000, immutable");
    answer.headers_mut().insert(CACHE_CONTROL, immutable);
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asset_is_immutable_and_named_by_its_hash() {
        let answer = asset(STYLE.name());
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/css; charset=utf-8");
        assert_eq!(answer.headers()[CACHE_CONTROL], "public, max-age=31536000, immutable");
        let other = Asset::new("page", "css", "text/css", "other");
        assert_ne!(other.name(), STYLE.name());
    }

    #[test]
    fn unknown_asset_returns_404() {
        for name in ["", "page.css", "../page.css", &STYLE.name().to_uppercase()] {
            let answer = asset(name);
            assert_eq!(answer.status(), 404, "{name}");
            assert_eq!(answer.headers()[CACHE_CONTROL], "no-store");
        }
    }
}
