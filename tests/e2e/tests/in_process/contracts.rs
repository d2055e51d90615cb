//! The test cases of the product brief, under both contracts of ShopRenter's API.

mod install;
mod records;

use e2e::{InProcess, status_of};
use shopcall_core::domain::StoreId;
use shopcall_core::storage::RunStatus;
use shoprenter_simulator::{Dialect, Kind, ShopConfig, ShopHandle};

/// A contract of ShopRenter's API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Contract {
    Official,
    Brief,
}

impl Contract {
    async fn start(self) -> InProcess {
        match self {
            Self::Official => InProcess::start().await,
            Self::Brief => {
                InProcess::start_with(&[
                    ("SHOPRENTER_CONTRACT", "brief"),
                    ("SHOPRENTER_TOKEN_URL", "{simulator}/{shop}/oauth/token"),
                ])
                .await
            }
        }
    }

    fn shop(self, app: &InProcess, config: ShopConfig) -> ShopHandle {
        let dialect = match self {
            Self::Official => Dialect::Official,
            Self::Brief => Dialect::Brief,
        };
        app.shop("demo", ShopConfig { dialect, abandoned_carts: 0.0, outer_ids: 0.0, ..config })
    }

    /// The token endpoint.
    fn token_endpoint(self) -> &'static str {
        match self {
            Self::Official => "POST app/token",
            Self::Brief => "POST oauth/token",
        }
    }

    /// Collection that holds records of a kind.
    fn collection(self, kind: Kind) -> &'static str {
        match (self, kind) {
            (Self::Official, Kind::Products) => "GET api/productExtend",
            (Self::Official, Kind::Orders) => "GET api/orderExtend",
            (Self::Official, Kind::Customers) => "GET api/customerExtend",
            (Self::Brief, Kind::Products) => "GET api/products",
            (Self::Brief, Kind::Orders) => "GET api/orders",
            (Self::Brief, Kind::Customers) => "GET api/customers",
        }
    }
}

/// Declares each case as a test under each contract.
macro_rules! cases {
    ($($module:ident::$case:ident),* $(,)?) => {
        mod official {
            $(#[tokio::test]
            async fn $case() {
                super::$module::$case(super::Contract::Official).await;
            })*
        }
        mod brief {
            $(#[tokio::test]
            async fn $case() {
                super::$module::$case(super::Contract::Brief).await;
            })*
        }
    };
}

cases!(
    install::signed_calls_are_accepted_and_forged_ones_refused,
    install::opening_exchanges_and_stores_tokens,
    install::token_about_to_expire_is_refreshed,
    install::uninstall_removes_tokens_and_webhooks,
    records::products_are_read_page_by_page,
    records::orders_and_customers_are_read,
    records::webhook_updates_an_order,
);

fn id() -> StoreId {
    "shoprenter:demo".parse().unwrap()
}

/// Opens the app and carries out the syncs that it requests.
async fn sync_all(app: &InProcess, shop: &ShopHandle) {
    let answer = app.open(shop).await;
    assert_eq!(status_of(&answer), 200, "{answer}");
    for event in app.aws.take_events() {
        if event.detail_type == "SyncRequested" {
            app.sync(&event).await.unwrap();
        }
    }
    let runs = app.services.runs().latest(&id(), 10).await.unwrap();
    assert_eq!(runs.len(), 3);
    assert!(runs.iter().all(|run| run.status == RunStatus::Completed), "{runs:?}");
    assert!(runs.iter().all(|run| run.counts.quarantined == 0), "{runs:?}");
}
