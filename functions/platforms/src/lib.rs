//! The platforms that the functions support. A new platform needs a module like `shoprenter` and a
//! line in each of the three lists.

mod rate;
pub mod shoprenter;

use std::sync::Arc;

use shopcall_core::domain::clock::{Clock, SystemClock};
use shopcall_core::runtime::config::{ConfigError, Environment};
use shopcall_core::runtime::{InitError, PlatformEntry, Platforms, Services, telemetry};

/// All platforms, with their APIs.
fn list(
    environment: &Environment<'_>,
    services: &Services,
) -> Result<Vec<PlatformEntry>, ConfigError> {
    Ok(vec![shoprenter::with_api(environment, services)?])
}

/// All platforms, without their records: a function that reads none is smaller.
fn list_with_admin(
    environment: &Environment<'_>,
    services: &Services,
) -> Result<Vec<PlatformEntry>, ConfigError> {
    Ok(vec![shoprenter::with_admin(environment, services)?])
}

/// All platforms, without their APIs.
fn list_without_apis(environment: &Environment<'_>) -> Result<Vec<PlatformEntry>, ConfigError> {
    Ok(vec![shoprenter::without_api(environment)?])
}

/// Creates the services of this process, with all platforms and their APIs.
pub fn services() -> Result<Services, InitError> {
    telemetry::init();
    services_from(&Environment::process(), Arc::new(SystemClock))
}

/// Creates the services of this process, for a function that reads no records from shops.
pub fn services_with_admin() -> Result<Services, InitError> {
    let environment = Environment::process();
    let services = Services::from_process()?;
    let platforms = Platforms::new(list_with_admin(&environment, &services)?);
    Ok(services.with_platforms(platforms))
}

/// Creates the services of this process, for a function that calls no shop's API.
pub fn services_without_apis() -> Result<Services, InitError> {
    let environment = Environment::process();
    let services = Services::from_process()?;
    let platforms = Platforms::new(list_without_apis(&environment)?);
    Ok(services.with_platforms(platforms))
}

/// Creates services from any environment, with all platforms and their APIs.
pub fn services_from(
    environment: &Environment<'_>,
    clock: Arc<dyn Clock>,
) -> Result<Services, InitError> {
    let services = Services::from_environment(environment, clock)?;
    let platforms = Platforms::new(list(environment, &services)?);
    Ok(services.with_platforms(platforms))
}
