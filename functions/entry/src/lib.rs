//! `entry`: the platform opens `GET /integrations/{platform}/entry` at the end of an install and
//! whenever the merchant opens the app. The answer is the store's page, which is then served at
//! `/integrations/{platform}/store`.
//!
//! The first opening of a generation sets the store up: it obtains a token and then requests the
//! first syncs. Each step may fail; the next opening completes the rest. An opening of a healthy
//! store changes nothing; one of a store that needs attention or lacks a permission retries the
//! set-up.
//!
//! An opening starts a session, which the page carries. It authenticates later views and actions.

mod action;
mod auth;
mod counts;
mod etag;
mod form;
mod open;
mod page;
mod route;

use http::HeaderMap;
use shopcall_core::access::Session;
use shopcall_core::domain::random;
use shopcall_core::domain::{HostName, Platform, Purpose, ShopName, Store};
use shopcall_core::pages::{
    Authenticated, Notice, SignedAuth, language_of, shell, unavailable_within,
};
use shopcall_core::runtime::Services;
use shopcall_core::runtime::http::{
    Answer, Failure, Problem, Request, RequestExt as _, parameters, platform_of, redirect,
};
use url::Url;

use action::Actions;
use auth::SessionAuth;
use form::{Action, Form};
use open::{Opened, Opener, SetUp};
use page::{StorePages, Viewer, Wanted};
use route::Route;

/// Endpoint with its dependencies.
#[derive(Debug)]
pub struct Entry {
    services: Services,
    auth: SignedAuth,
    opener: Opener,
    sessions: SessionAuth,
    pages: StorePages,
    actions: Actions,
}

impl Entry {
    /// Creates an endpoint over `services`.
    pub fn new(services: Services) -> Self {
        Self {
            auth: SignedAuth::new(&services),
            opener: Opener::new(&services),
            sessions: SessionAuth::new(&services),
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
            Ok(Route::Look) => self.view(platform, &request).await,
            Ok(Route::Act) => self.act(platform, &request).await,
            Err(none) => return none.answer(platform, request.headers()),
        };
        answer.unwrap_or_else(|failure| {
            let origins = platform.frame_ancestors(None, None);
            unavailable_within(platform, &failure, &request, &origins)
        })
    }

    /// Answers a signed opening with the store's page, or with a redirect to ShopCall's page if one
    /// is configured. Refusals are always pages of this function.
    async fn enter(&self, platform: &dyn Platform, request: &Request) -> Result<Answer, Failure> {
        let authenticated = match self.auth.authenticate(platform, request, Purpose::Entry).await {
            Ok(authenticated) => authenticated,
            Err(page) => return Ok(page),
        };
        let headers = request.headers();
        let (store, set_up) = match self.opener.open(platform, &authenticated).await? {
            Opened::Store(store, set_up) => (store, set_up),
            Opened::Outdated(domain) => {
                let shop = &authenticated.call.shop;
                return Ok(notice_page(platform, Notice::Outdated, shop, domain.as_ref(), headers));
            }
        };
        let frontend = self.services.config.frontend_url.as_ref();
        if let Some(page) = frontend.and_then(|url| integrations_page(url, &store, set_up)) {
            return Ok(redirect(page.as_str()));
        }
        // A store that was already set up has a page, which shows the problem.
        match set_up.trouble().filter(|_| !store.set_up) {
            Some(notice) => {
                Ok(notice_page(platform, notice, store.id.shop(), store.domain.as_ref(), headers))
            }
            None => self.begin(platform, &store, &authenticated, headers).await,
        }
    }

    /// Renders the store's page with a new session.
    async fn begin(
        &self,
        platform: &dyn Platform,
        store: &Store,
        authenticated: &Authenticated,
        headers: &HeaderMap,
    ) -> Result<Answer, Failure> {
        let now = self.services.clock.now();
        let session = Session::begin(store.id.clone(), store.generation, now, random::bytes());
        let viewer = Viewer { platform, session: &session, secret: &authenticated.secret, headers };
        self.show(viewer, Wanted::Whole(None)).await
    }

    /// Renders the page again; without a session, renders the shell that restores it from the
    /// browser's history.
    async fn view(&self, platform: &dyn Platform, request: &Request) -> Result<Answer, Failure> {
        let headers = request.headers();
        let Some(token) = auth::bearer(headers) else {
            let origins = self.framers(platform, request).await?;
            return Ok(shell(language_of(headers), &origins));
        };
        match self.sessions.authenticate(platform, token, headers).await? {
            Ok((session, secret)) => {
                let viewer = Viewer { platform, session: &session, secret: &secret, headers };
                self.show(viewer, Wanted::Newer).await
            }
            Err(page) => Ok(page),
        }
    }

    /// Who may frame the shell: the hosts of the shop that the address proves, its own domain
    /// included. Without a valid proof, the admins of all shops under the platform's domains.
    async fn framers(
        &self,
        platform: &dyn Platform,
        request: &Request,
    ) -> Result<Vec<String>, Failure> {
        let query = request.uri().query().unwrap_or_default();
        let unknown = Problem::BadRequest("the query has frame and nothing else");
        let token = parameters(query, ["frame"], unknown).ok().and_then(|[token]| token);
        let store = match token {
            Some(token) => self.sessions.proven_store(platform, &token).await?,
            None => None,
        };
        let shop = store.as_ref().map(|store| store.id.shop());
        let domain = store.as_ref().and_then(|store| store.domain.as_ref());
        Ok(platform.frame_ancestors(shop, domain))
    }

    /// Handles a form and answers with the whole page, including the outcome.
    async fn act(&self, platform: &dyn Platform, request: &Request) -> Result<Answer, Failure> {
        let headers = request.headers();
        let Some(form) = Form::parse(headers, request.body()) else {
            let (language, origins) = (language_of(headers), platform.frame_ancestors(None, None));
            return Ok(Notice::Malformed.page_within(platform, language, None, &origins));
        };
        let (session, secret) =
            match self.sessions.authenticate(platform, &form.session, headers).await? {
                Ok(authenticated) => authenticated,
                Err(page) => return Ok(page),
            };
        let (session, result) = match form.action {
            Action::Show => (session, None),
            Action::Language(language) => (session.in_language(language), None),
            Action::Change(change, once) => {
                match self.actions.carry_out(&session, change, &once).await? {
                    Ok(result) => (session, Some(result)),
                    Err(ended) => {
                        return Ok(auth::over(platform, Some((&session, &ended)), headers));
                    }
                }
            }
        };
        let viewer = Viewer { platform, session: &session, secret: &secret, headers };
        self.show(viewer, Wanted::Whole(result)).await
    }

    async fn show(&self, viewer: Viewer<'_>, wanted: Wanted) -> Result<Answer, Failure> {
        let now = self.services.clock.now();
        let Viewer { platform, session, headers, .. } = viewer;
        let standing = match self.pages.standing(session, now).await? {
            Ok(standing) => standing,
            Err(ended) => return Ok(auth::over(platform, Some((session, &ended)), headers)),
        };
        Ok(self.pages.answer(viewer, &standing, wanted).await)
    }
}

/// Renders a notice for a shop that has no page yet.
fn notice_page(
    platform: &dyn Platform,
    notice: Notice,
    shop: &ShopName,
    domain: Option<&HostName>,
    headers: &HeaderMap,
) -> Answer {
    let origins = platform.frame_ancestors(Some(shop), domain);
    notice.page_within(platform, language_of(headers), Some(shop), &origins)
}

/// Builds `FRONTEND_URL/integrations?sr_install=…&status=…`.
fn integrations_page(frontend: &Url, store: &Store, set_up: SetUp) -> Option<Url> {
    let mut page = frontend.clone();
    page.path_segments_mut().ok()?.pop_if_empty().push("integrations");
    let status = match set_up {
        SetUp::Done => "connected",
        SetUp::PermissionMissing => "missing_permission",
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
