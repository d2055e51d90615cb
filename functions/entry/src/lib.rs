//! `entry`: the platform opens `GET /integrations/{platform}/entry` at the end of an install and
//! whenever the merchant opens the app; what it answers with is the store's page, which lives on at
//! `/integrations/{platform}/store`.
//!
//! The first opening of a generation sets the store up: a token, then the first syncs. Every step
//! may be lost; the next opening finishes what is left, and an opening of a store that is set up
//! and well changes nothing. One that is in trouble, or lacks a permission, is tried again.
//!
//! An opening begins a session, which the page carries: it is what lets a merchant look again, and
//! do something.

mod action;
mod counts;
mod etag;
mod form;
mod gate;
mod open;
mod page;
mod route;

use http::HeaderMap;
use shopcall_core::access::Session;
use shopcall_core::domain::random;
use shopcall_core::domain::{HostName, Platform, Purpose, ShopName, Store};
use shopcall_core::pages::{Admitted, Notice, SignedGate, language_of, shell, unavailable_within};
use shopcall_core::runtime::Services;
use shopcall_core::runtime::http::{
    Answer, Failure, Problem, Request, RequestExt as _, platform_of, redirect,
};
use url::Url;

use action::Actions;
use form::{Action, Form};
use gate::SessionGate;
use open::{Opened, Opener, SetUp};
use page::{StorePages, Viewer, Wanted};
use route::Route;

/// The endpoint and what it works with.
#[derive(Debug)]
pub struct Entry {
    services: Services,
    gate: SignedGate,
    opener: Opener,
    sessions: SessionGate,
    pages: StorePages,
    actions: Actions,
}

impl Entry {
    /// An endpoint over `services`.
    pub fn new(services: Services) -> Self {
        Self {
            gate: SignedGate::new(&services),
            opener: Opener::new(&services),
            sessions: SessionGate::new(&services),
            pages: StorePages::new(&services),
            actions: Actions::new(&services),
            services,
        }
    }

    /// Answers any of the function's routes, always with a page or a redirect.
    pub async fn handle(&self, request: Request) -> Answer {
        let Some((id, route)) = platform_of(request.raw_http_path()) else {
            return Problem::NotFound.into();
        };
        let Some(platform) = self.services.platforms.get(&id) else {
            return Problem::NotFound.into();
        };
        let answer = match Route::parse(request.method(), &route) {
            Ok(Route::Enter) => self.enter(platform, &request).await,
            Ok(Route::Look) => self.look(platform, &request).await,
            Ok(Route::Act) => self.act(platform, &request).await,
            Err(none) => return none.answer(platform, request.headers()),
        };
        answer.unwrap_or_else(|failure| {
            let origins = platform.frame_ancestors(None, None);
            unavailable_within(platform, &failure, &request, &origins)
        })
    }

    /// An opening that the platform signed: the store's page, or ShopCall's where one is configured.
    /// Refusals are always ours.
    async fn enter(&self, platform: &dyn Platform, request: &Request) -> Result<Answer, Failure> {
        let admitted = match self.gate.admit(platform, request, Purpose::Entry).await {
            Ok(admitted) => admitted,
            Err(page) => return Ok(page),
        };
        let headers = request.headers();
        let (store, set_up) = match self.opener.open(platform, &admitted).await? {
            Opened::Store(store, set_up) => (store, set_up),
            Opened::Outdated(domain) => {
                let shop = &admitted.call.shop;
                return Ok(say(platform, Notice::Outdated, shop, domain.as_ref(), headers));
            }
        };
        let frontend = self.services.config.frontend_url.as_ref();
        if let Some(page) = frontend.and_then(|url| integrations_page(url, &store, set_up)) {
            return Ok(redirect(page.as_str()));
        }
        // A store that was set up before has its page, which says what is wrong with it.
        match set_up.trouble().filter(|_| !store.set_up) {
            Some(notice) => {
                Ok(say(platform, notice, store.id.shop(), store.domain.as_ref(), headers))
            }
            None => self.begin(platform, &store, &admitted, headers).await,
        }
    }

    /// The store's page, with a new session.
    async fn begin(
        &self,
        platform: &dyn Platform,
        store: &Store,
        admitted: &Admitted,
        headers: &HeaderMap,
    ) -> Result<Answer, Failure> {
        let now = self.services.clock.now();
        let session = Session::begin(store.id.clone(), store.generation, now, random::bytes());
        let viewer = Viewer { platform, session: &session, secret: &admitted.secret, headers };
        self.show(viewer, Wanted::Whole(None)).await
    }

    /// The page again; without a session, the shell that finds it in the browser's history.
    async fn look(&self, platform: &dyn Platform, request: &Request) -> Result<Answer, Failure> {
        let headers = request.headers();
        let Some(token) = gate::bearer(headers) else {
            return Ok(shell(language_of(headers), &platform.frame_ancestors(None, None)));
        };
        match self.sessions.admit(platform, token, headers).await? {
            Ok((session, secret)) => {
                let viewer = Viewer { platform, session: &session, secret: &secret, headers };
                self.show(viewer, Wanted::Newer).await
            }
            Err(page) => Ok(page),
        }
    }

    /// A form of the page; answered with the whole page, and what came of it.
    async fn act(&self, platform: &dyn Platform, request: &Request) -> Result<Answer, Failure> {
        let headers = request.headers();
        let Some(form) = Form::parse(headers, request.body()) else {
            let (language, origins) = (language_of(headers), platform.frame_ancestors(None, None));
            return Ok(Notice::Malformed.page_within(platform, language, None, &origins));
        };
        let (session, secret) = match self.sessions.admit(platform, &form.session, headers).await? {
            Ok(admitted) => admitted,
            Err(page) => return Ok(page),
        };
        let (session, said) = match form.action {
            Action::Show => (session, None),
            Action::Language(language) => (session.in_language(language), None),
            Action::Deed(deed, once) => {
                match self.actions.carry_out(&session, deed, &once).await? {
                    Ok(said) => (session, Some(said)),
                    Err(ended) => {
                        return Ok(gate::over(platform, Some((&session, &ended)), headers));
                    }
                }
            }
        };
        let viewer = Viewer { platform, session: &session, secret: &secret, headers };
        self.show(viewer, Wanted::Whole(said)).await
    }

    async fn show(&self, viewer: Viewer<'_>, wanted: Wanted) -> Result<Answer, Failure> {
        let now = self.services.clock.now();
        let Viewer { platform, session, headers, .. } = viewer;
        let standing = match self.pages.standing(session, now).await? {
            Ok(standing) => standing,
            Err(ended) => return Ok(gate::over(platform, Some((session, &ended)), headers)),
        };
        Ok(self.pages.answer(viewer, &standing, wanted).await)
    }
}

/// A notice to a shop that has no page yet.
fn say(
    platform: &dyn Platform,
    notice: Notice,
    shop: &ShopName,
    domain: Option<&HostName>,
    headers: &HeaderMap,
) -> Answer {
    let origins = platform.frame_ancestors(Some(shop), domain);
    notice.page_within(platform, language_of(headers), Some(shop), &origins)
}

/// `FRONTEND_URL/integrations?sr_install=…&status=…`.
fn integrations_page(frontend: &Url, store: &Store, set_up: SetUp) -> Option<Url> {
    let mut page = frontend.clone();
    page.path_segments_mut().ok()?.pop_if_empty().push("integrations");
    let status = match set_up {
        SetUp::Done => "connected",
        SetUp::Lacking => "missing_permission",
        SetUp::Refused => "needs_attention",
        SetUp::Unanswered => "pending",
    };
    let mut query = page.query_pairs_mut();
    if let Some(sr_install) = &store.sr_install {
        query.append_pair("sr_install", sr_install);
    }
    query.append_pair("status", status);
    drop(query);
    Some(page)
}
