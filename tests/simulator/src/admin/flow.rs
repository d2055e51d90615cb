//! Install, opening and uninstall as performed by the shop.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    SignedCall, Step, UninstallOrder,
    browser::{iframe_source, visit},
};
use crate::{ControlError, shop::Shop, wire::reference::primary_domain, world::World};

const MAX_STEPS: usize = 6;

/// Signed address and, if followed, every step.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Story {
    /// Signed address.
    pub url: String,
    /// Steps in order; empty if not followed.
    pub steps: Vec<Step>,
}

impl Story {
    /// Last answer.
    #[must_use]
    pub fn last(&self) -> Option<&Step> {
        self.steps.last()
    }
}

pub(crate) async fn install(
    world: &Arc<World>,
    shop: &Shop,
    call: &SignedCall,
) -> Result<Story, ControlError> {
    let url = call.build(world, shop, &world.app().redirect_uri, true)?;
    if call.mark {
        shop.install();
    }
    let steps =
        if call.follow == Some(true) { browse(world, shop, &url).await } else { Vec::new() };
    Ok(Story { url, steps })
}

pub(crate) async fn open(
    world: &Arc<World>,
    shop: &Shop,
    call: &SignedCall,
) -> Result<Story, ControlError> {
    let url = call.build(world, shop, &world.app().entry_uri, false)?;
    let steps =
        if call.follow == Some(true) { vec![visit(world, &url, None).await] } else { Vec::new() };
    Ok(Story { url, steps })
}

pub(crate) async fn uninstall(
    world: &Arc<World>,
    shop: &Shop,
    call: &SignedCall,
) -> Result<Story, ControlError> {
    let url = call.build(world, shop, &world.app().uninstall_uri, false)?;
    let ends = |order| call.mark && call.order == order;
    if ends(UninstallOrder::Before) {
        shop.uninstall();
    }
    let steps =
        if call.follow == Some(false) { Vec::new() } else { vec![visit(world, &url, None).await] };
    if ends(UninstallOrder::After) {
        shop.uninstall();
    }
    Ok(Story { url, steps })
}

/// Follows redirects and iframes as long as they lead to the application or the shop's admin.
async fn browse(world: &Arc<World>, shop: &Shop, start: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut next = Some((start.to_owned(), None));
    while let Some((url, played_as)) = next.take() {
        let step = visit(world, &url, played_as).await;
        let found = step.location().map(str::to_owned).or_else(|| iframe_source(&step.body));
        let base = step.played_as.as_deref().unwrap_or(&step.url).to_owned();
        steps.push(step);
        let onward = found.and_then(|found| absolute(&base, &found));
        next = onward.filter(|_| steps.len() < MAX_STEPS).and_then(|url| route(world, shop, url));
    }
    steps
}

fn absolute(base: &str, found: &str) -> Option<reqwest::Url> {
    reqwest::Url::parse(base).ok()?.join(found).ok()
}

/// Decides whether the browser follows an address, and which address to request: the simulator
/// serves the shop's own hosts. The browser stops at the merchant's frontend.
fn route(world: &World, shop: &Shop, url: reqwest::Url) -> Option<(String, Option<String>)> {
    let app = world.app();
    let base_is = |base: &str| {
        let base = reqwest::Url::parse(base).ok();
        base.is_some_and(|base| base.origin() == url.origin())
    };
    let is_app = [&app.redirect_uri, &app.entry_uri].into_iter().any(|base| base_is(base));
    if base_is(&world.base_url) || is_app {
        return Some((url.to_string(), None));
    }
    let host = url.host_str()?;
    let own = [
        format!("{}.shoprenter.hu", shop.name),
        format!("{}.myshoprenter.hu", shop.name),
        primary_domain(&shop.recipe()),
    ];
    if !own.iter().any(|known| known == host) || !url.path().starts_with("/admin/app/") {
        return None;
    }
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    let played_as = format!("{}/{}{}{query}", world.base_url, shop.name, url.path());
    Some((url.to_string(), Some(played_as)))
}
