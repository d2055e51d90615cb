//! The platforms that the functions work with. Adding one takes a module like `shoprenter` and a
//! line in each of the two lists.

mod rate;
pub mod shoprenter;

use std::sync::Arc;

use shopcall_core::domain::clock::{Clock, SystemClock};
use shopcall_core::runtime::config::{ConfigError, Environment};
use shopcall_core::runtime::{InitError, PlatformEntry, Platforms, Services, telemetry};

/// Every platform, with its API.
fn list(
    environment: &Environment<'_>,
    services: &Services,
) -> Result<Vec<PlatformEntry>, ConfigError> {
    Ok(vec![shoprenter::with_api(environment, services)?])
}

/// Every platform, without its API: a function that does not call it is smaller for that.
fn list_without_apis(environment: &Environment<'_>) -> Result<Vec<PlatformEntry>, ConfigError> {
    Ok(vec![shoprenter::without_api(environment)?])
}

/// Services of this process with every platform and its API.
pub fn services() -> Result<Services, InitError> {
    telemetry::init();
    services_from(&Environment::process(), Arc::new(SystemClock))
}

/// The same without the platforms' APIs.
pub fn services_without_apis() -> Result<Services, InitError> {
    let environment = Environment::process();
    let services = Services::from_process()?;
    let platforms = Platforms::new(list_without_apis(&environment)?);
    Ok(services.with_platforms(platforms))
}

/// Services made of any environment, with every platform and its API.
pub fn services_from(
    environment: &Environment<'_>,
    clock: Arc<dyn Clock>,
) -> Result<Services, InitError> {
    let services = Services::from_environment(environment, clock)?;
    let platforms = Platforms::new(list(environment, &services)?);
    Ok(services.with_platforms(platforms))
}
