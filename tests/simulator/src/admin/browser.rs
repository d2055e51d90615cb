//! Browser that follows one step at a time and records each.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

use crate::world::World;

const MAX_BODY: usize = 64 * 1024;
const PATIENCE: Duration = Duration::from_secs(35);

/// A request of a browser session and its answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Step {
    /// Address including the signature, because this is a test tool.
    pub url: String,
    /// Address actually requested, if the simulator serves a host of ShopRenter's.
    pub played_as: Option<String>,
    /// Status; 0 without an answer.
    pub status: u16,
    /// Headers; repeated ones are joined with a line break.
    pub headers: BTreeMap<String, String>,
    /// Body, up to 64 kB.
    pub body: String,
    /// Reason there is no answer.
    pub error: Option<String>,
    /// Milliseconds until the last byte.
    pub elapsed_ms: u64,
}

impl Step {
    /// Address the answer redirects or frames.
    #[must_use]
    pub fn location(&self) -> Option<&str> {
        self.headers.get("location").map(String::as_str)
    }
}

pub(super) async fn visit(world: &World, url: &str, played_as: Option<String>) -> Step {
    let start = Instant::now();
    let mut step = Step { url: url.to_owned(), played_as, ..Step::default() };
    let target = step.played_as.as_deref().unwrap_or(url);
    let request = world.client.get(target).timeout(PATIENCE);
    match request.header("accept", "text/html,*/*").send().await {
        Ok(response) => read(&mut step, response).await,
        Err(error) => step.error = Some(describe(&error)),
    }
    step.elapsed_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    step
}

async fn read(step: &mut Step, mut response: reqwest::Response) {
    step.status = response.status().as_u16();
    for (name, value) in response.headers() {
        let value = String::from_utf8_lossy(value.as_bytes());
        let joined = step.headers.entry(name.as_str().to_owned()).or_default();
        if !joined.is_empty() {
            joined.push('\n');
        }
        joined.push_str(&value);
    }
    let mut body = Vec::new();
    while body.len() < MAX_BODY {
        match response.chunk().await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break,
            Err(error) => {
                step.error = Some(describe(&error));
                break;
            }
        }
    }
    body.truncate(MAX_BODY);
    step.body = String::from_utf8_lossy(&body).into_owned();
}

/// Formats the whole chain, because the outermost error of an HTTP client says little.
pub(crate) fn describe(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

/// Extracts the source of a page's first iframe.
pub(super) fn iframe_source(html: &str) -> Option<String> {
    let (_, rest) = html.split_once("<iframe")?;
    let (_, rest) = rest.split_once("src=\"")?;
    let (source, _) = rest.split_once('"')?;
    Some(source.replace("&amp;", "&"))
}
