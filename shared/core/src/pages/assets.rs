//! The stylesheet and the script, under names that change with what is in them: whoever has one
//! may keep it for good.

use std::sync::LazyLock;

use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderValue};
use sha2::{Digest as _, Sha256};

use crate::runtime::http::{Answer, Problem, with_body};

/// The stylesheet of every page.
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

    /// The name under which it is served, with a hash of what is in it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What is in it.
    pub fn body(&self) -> &'static str {
        self.body
    }

    /// How a page refers to it. Every page's path has three segments, and what lies in front of
    /// them is the gateway's affair.
    pub(super) fn href(&self) -> String {
        format!("../../assets/{}", self.name)
    }
}

/// The file of that name; 404 where there is none, for instance after a deployment.
pub fn asset(name: &str) -> Answer {
    let known = [&*STYLE, &*SCRIPT].into_iter().find(|asset| asset.name == name);
    let Some(asset) = known else { return Problem::NotFound.into() };
    let mut answer = with_body(StatusCode::OK, asset.content_type, asset.body.to_owned());
    let lasting = HeaderValue::from_static("public, max-age=31536000, immutable");
    answer.headers_mut().insert(CACHE_CONTROL, lasting);
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_kept_for_good_under_a_name_that_changes_with_it() {
        let answer = asset(STYLE.name());
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/css; charset=utf-8");
        assert_eq!(answer.headers()[CACHE_CONTROL], "public, max-age=31536000, immutable");
        let other = Asset::new("page", "css", "text/css", "other");
        assert_ne!(other.name(), STYLE.name());
    }

    #[test]
    fn what_is_no_file_of_ours_is_not_found() {
        for name in ["", "page.css", "../page.css", &STYLE.name().to_uppercase()] {
            let answer = asset(name);
            assert_eq!(answer.status(), 404, "{name}");
            assert_eq!(answer.headers()[CACHE_CONTROL], "no-store");
        }
    }
}
