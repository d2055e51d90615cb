//! Start and end of a simulator.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    thread::JoinHandle,
};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Path, Request, State},
    http::StatusCode,
    response::Response,
    routing::{any, get, post},
};
use tokio::sync::oneshot;

use crate::{
    ControlError, ShopHandle, admin,
    answer::Answer,
    api::{self, query::Query},
    config::ShopConfig,
    control,
    pipeline::{self, Caller},
    shop::Shop,
    stats::Stats,
    token,
    world::{AppSettings, World},
};

const MAX_TOKEN_BODY: usize = 64 * 1024;
const MAX_CONTROL_BODY: usize = 4 * 1024 * 1024;

/// Options of a simulator.
#[derive(Clone, Debug)]
pub struct Options {
    /// Address to listen on; port 0 selects a free one.
    pub address: SocketAddr,
    /// Base URL for clients, if it differs from `http://{address}`.
    pub public_url: Option<String>,
    /// Application settings.
    pub app: AppSettings,
}

impl Default for Options {
    /// Selects a free local port and an application with placeholder addresses.
    fn default() -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            public_url: None,
            app: AppSettings {
                client_id: "simulated-client".to_owned(),
                client_secret: "simulated-secret".to_owned(),
                old_client_secrets: Vec::new(),
                app_id: "100".to_owned(),
                redirect_uri: "http://127.0.0.1:9/auth/shoprenter/callback".to_owned(),
                entry_uri: "http://127.0.0.1:9/integrations/shoprenter/entry".to_owned(),
                uninstall_uri: "http://127.0.0.1:9/webhooks/shoprenter/uninstall".to_owned(),
            },
        }
    }
}

/// Running simulator with its own threads; it ends when dropped.
#[derive(Debug)]
pub struct Simulator {
    world: Arc<World>,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Simulator {
    /// Starts the simulator, which accepts requests when this returns. Works inside and outside an
    /// async runtime.
    ///
    /// # Errors
    /// If the address is in use, or threads or the HTTP client cannot be created.
    pub fn start(options: Options) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind(options.address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let base_url = options.public_url.unwrap_or_else(|| format!("http://{address}"));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("simulator")
            .enable_all()
            .build()?;
        let client = client().map_err(io::Error::other)?;
        let base_url = base_url.trim_end_matches('/').to_owned();
        let world = Arc::new(World::new(options.app, client, runtime.handle().clone(), base_url));
        let app = router(Arc::clone(&world));
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new().name("simulator".to_owned()).spawn(move || {
            runtime.block_on(async {
                let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
                tokio::select! {
                    _ = async { axum::serve(listener, app).await } => {}
                    _ = stopped => {}
                }
            });
            // Hung responses must not delay shutdown.
            runtime.shutdown_background();
        })?;
        Ok(Self { world, address, stop: Some(stop), thread: Some(thread) })
    }

    /// Base URL, `http://127.0.0.1:port`, without a trailing slash.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.world.base_url
    }

    /// Listening address.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Current application settings.
    #[must_use]
    pub fn app(&self) -> AppSettings {
        self.world.app()
    }

    /// Changes the application's addresses or secret.
    pub fn set_app(&self, change: impl FnOnce(&mut AppSettings)) {
        self.world.set_app(change);
    }

    /// Creates a shop, or replaces an existing one.
    ///
    /// # Errors
    /// If the name is not a DNS label, the configuration is invalid, or there are too many shops.
    pub fn put_shop(&self, name: &str, config: ShopConfig) -> Result<ShopHandle, ControlError> {
        let shop = self.world.put_shop(name, config)?;
        Ok(ShopHandle::new(Arc::clone(&self.world), shop))
    }

    /// Returns an existing shop.
    ///
    /// # Errors
    /// If there is no shop with this name.
    pub fn shop(&self, name: &str) -> Result<ShopHandle, ControlError> {
        Ok(ShopHandle::new(Arc::clone(&self.world), self.world.shop(name)?))
    }

    /// Returns the request counts of all shops.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.world.stats.read()
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the server thread is not propagated.
            drop(thread.join());
        }
    }
}

fn client() -> Result<reqwest::Client, reqwest::Error> {
    // Another part of the process may already have installed a provider, which is equally good.
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .pool_max_idle_per_host(8)
        .build()
}

fn router(world: Arc<World>) -> Router {
    let shops = Router::new()
        .route("/{shop}/app/token", post(official_token))
        .route("/{shop}/oauth/token", post(brief_token))
        .route("/{shop}/api/{*path}", any(api::handle))
        .route("/{shop}/admin/app/{app_id}", get(admin::page::show))
        .route(
            "/{shop}/admin/app/{app_id}/approveScopes",
            get(admin::scopes::show).post(admin::scopes::approve),
        );
    let control = control::router().layer(DefaultBodyLimit::max(MAX_CONTROL_BODY));
    shops.nest("/_control", control).with_state(world)
}

async fn official_token(
    world: State<Arc<World>>,
    shop: Path<String>,
    request: Request,
) -> Response {
    token_answer(world, shop, request, "app/token", token::official::token).await
}

async fn brief_token(world: State<Arc<World>>, shop: Path<String>, request: Request) -> Response {
    token_answer(world, shop, request, "oauth/token", token::brief::token).await
}

type TokenEndpoint = fn(&World, &Shop, &axum::http::HeaderMap, &[u8]) -> Answer;

async fn token_answer(
    State(world): State<Arc<World>>,
    Path(shop): Path<String>,
    request: Request,
    path: &str,
    endpoint: TokenEndpoint,
) -> Response {
    let Ok(shop) = world.shop(&shop) else {
        return pipeline::write_whole(Answer::empty(StatusCode::NOT_FOUND)).0;
    };
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, MAX_TOKEN_BODY).await else {
        return pipeline::write_whole(Answer::empty(StatusCode::PAYLOAD_TOO_LARGE)).0;
    };
    let caller = Caller {
        class: format!("POST {path}"),
        path: format!("/{path}"),
        query: Query::default(),
        is_limited: shop.config().rate.count_tokens,
        is_api: false,
    };
    let answer = || endpoint(&world, &shop, &parts.headers, &body);
    pipeline::respond(&world, &shop, caller, answer).await
}
