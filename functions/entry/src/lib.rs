//! `entry`: ShopRenter opens `GET /integrations/shoprenter/entry` at the end of an install and
//! whenever the merchant opens the app; what it answers with is the store's page, which lives on at
//! `/integrations/shoprenter/store`.
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
use shopcall_core::auth::{Purpose, Session};
use shopcall_core::config::AppSecret;
use shopcall_core::domain::{HostName, Language, ShopName, Store};
use shopcall_core::foundation::Foundation;
use shopcall_core::frame;
use shopcall_core::http::{Answer, ApiRequest, Failure, redirect};
use shopcall_core::pages::{Notice, shell};
use shopcall_core::random;
use shopcall_core::signed::{Admitted, SignedGate, unavailable_within};
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
    foundation: Foundation,
    gate: SignedGate,
    opener: Opener,
    sessions: SessionGate,
    pages: StorePages,
    actions: Actions,
}

impl Entry {
    /// An endpoint over `foundation`.
    pub fn new(foundation: Foundation) -> Self {
        Self {
            gate: SignedGate::new(&foundation),
            opener: Opener::new(&foundation),
            sessions: SessionGate::new(&foundation),
            pages: StorePages::new(&foundation),
            actions: Actions::new(&foundation),
            foundation,
        }
    }

    /// Answers any of the function's routes, always with a page or a redirect.
    pub async fn handle(&self, request: ApiRequest) -> Answer {
        let answer = match Route::parse(&request.method, &request.path) {
            Ok(Route::Enter) => self.enter(&request).await,
            Ok(Route::Look) => self.look(&request).await,
            Ok(Route::Act) => self.act(&request).await,
            Err(none) => return none.answer(&request.headers, &self.any_admin()),
        };
        answer.unwrap_or_else(|failure| unavailable_within(&failure, &request, &self.any_admin()))
    }

    /// An opening that ShopRenter signed: the store's page, or ShopCall's where one is configured.
    /// Refusals are always ours.
    async fn enter(&self, request: &ApiRequest) -> Result<Answer, Failure> {
        let admitted = match self.gate.admit(request, Purpose::Entry).await {
            Ok(admitted) => admitted,
            Err(page) => return Ok(page),
        };
        let headers = &request.headers;
        let (store, set_up) = match self.opener.open(&admitted).await? {
            Opened::Store(store, set_up) => (store, set_up),
            Opened::Outdated(domain) => {
                let shop = admitted.verified.shop();
                return Ok(self.say(Notice::Outdated, shop, domain.as_ref(), headers));
            }
        };
        let frontend = self.foundation.config.frontend_url.as_ref();
        if let Some(page) = frontend.and_then(|url| integrations_page(url, &store, set_up)) {
            return Ok(redirect(page.as_str()));
        }
        // A store that was set up before has its page, which says what is wrong with it.
        match set_up.trouble().filter(|_| !store.set_up) {
            Some(notice) => Ok(self.say(notice, store.id.shop(), store.domain.as_ref(), headers)),
            None => self.begin(&store, &admitted, headers).await,
        }
    }

    /// The store's page, with a new session.
    async fn begin(
        &self,
        store: &Store,
        admitted: &Admitted,
        headers: &HeaderMap,
    ) -> Result<Answer, Failure> {
        let now = self.foundation.clock.now();
        let session = Session::begin(store.id.clone(), store.generation, now, random::bytes());
        self.show(&session, &admitted.secret, headers, Wanted::Whole(None)).await
    }

    /// The page again; without a session, the shell that finds it in the browser's history.
    async fn look(&self, request: &ApiRequest) -> Result<Answer, Failure> {
        let headers = &request.headers;
        let Some(token) = gate::bearer(headers) else {
            return Ok(shell(Language::of(headers), &self.any_admin()));
        };
        match self.sessions.admit(token, headers).await? {
            Ok((session, secret)) => self.show(&session, &secret, headers, Wanted::Newer).await,
            Err(page) => Ok(page),
        }
    }

    /// A form of the page; answered with the whole page, and what came of it.
    async fn act(&self, request: &ApiRequest) -> Result<Answer, Failure> {
        let headers = &request.headers;
        let Some(form) = Form::parse(headers, &request.body) else {
            let (notice, language) = (Notice::Malformed, Language::of(headers));
            return Ok(notice.page_within(language, None, &self.any_admin()));
        };
        let (session, secret) = match self.sessions.admit(&form.session, headers).await? {
            Ok(admitted) => admitted,
            Err(page) => return Ok(page),
        };
        let (session, said) = match form.action {
            Action::Show => (session, None),
            Action::Language(language) => (session.in_language(language), None),
            Action::Deed(deed, once) => {
                match self.actions.carry_out(&session, deed, &once).await? {
                    Ok(said) => (session, Some(said)),
                    Err(ended) => return Ok(self.sessions.over(Some((&session, &ended)), headers)),
                }
            }
        };
        self.show(&session, &secret, headers, Wanted::Whole(said)).await
    }

    async fn show(
        &self,
        session: &Session,
        secret: &AppSecret,
        headers: &HeaderMap,
        wanted: Wanted,
    ) -> Result<Answer, Failure> {
        let now = self.foundation.clock.now();
        let standing = match self.pages.standing(session, now).await? {
            Ok(standing) => standing,
            Err(ended) => return Ok(self.sessions.over(Some((session, &ended)), headers)),
        };
        let viewer = Viewer { session, secret, headers };
        Ok(self.pages.answer(viewer, &standing, wanted).await)
    }

    /// A notice to a shop that has no page yet.
    fn say(
        &self,
        notice: Notice,
        shop: &ShopName,
        domain: Option<&HostName>,
        headers: &HeaderMap,
    ) -> Answer {
        let origins = frame::of_shop(&self.foundation.config.addresses, shop, domain);
        notice.page_within(Language::of(headers), Some(shop), &origins)
    }

    /// Who may frame what says nothing of a shop.
    fn any_admin(&self) -> Vec<String> {
        frame::of_any(&self.foundation.config.addresses)
    }
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
