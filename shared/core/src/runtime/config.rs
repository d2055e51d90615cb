//! The configuration, read from the environment once, at init.
//!
//! A missing or malformed value stops the function, and the error names the variable.

mod secret;

use std::env;

use url::Url;

pub use secret::{AppSecret, InvalidSecret, SecretSource};

/// A missing or malformed variable.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The variable is not set, or is empty.
    #[error("{variable} is not set")]
    Missing {
        /// Its name.
        variable: &'static str,
    },
    /// The variable has a value other than expected.
    #[error("{variable} must be {expected}")]
    Malformed {
        /// Its name.
        variable: &'static str,
        /// The expected value.
        expected: &'static str,
    },
}

/// The source of variables: the process's environment, or a test's.
pub struct Environment<'a>(&'a dyn Fn(&str) -> Option<String>);

impl<'a> Environment<'a> {
    /// Looks variables up with `lookup`.
    pub fn new(lookup: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self(lookup)
    }

    /// The process's own environment.
    pub fn process() -> Environment<'static> {
        Environment(&|name| env::var(name).ok())
    }

    /// The value, where one is set and not empty.
    pub fn optional(&self, variable: &str) -> Option<String> {
        (self.0)(variable).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// Parses `true` or `false`; false if not set.
    pub fn flag(&self, variable: &'static str) -> Result<bool, ConfigError> {
        match self.optional(variable).as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(ConfigError::Malformed { variable, expected: "true or false" }),
        }
    }

    /// The value, or an error that names the variable.
    pub fn required(&self, variable: &'static str) -> Result<String, ConfigError> {
        self.optional(variable).ok_or(ConfigError::Missing { variable })
    }
}

/// The names of the tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tables {
    /// Stores, cursors and leases.
    pub stores: String,
    /// Encrypted access tokens.
    pub tokens: String,
    /// Products, orders and customers.
    pub cache: String,
    /// The log of runs.
    pub sync_runs: String,
    /// Pending installs and seen requests.
    pub installs: String,
}

/// The configuration shared by all functions.
#[derive(Debug, Clone)]
pub struct Config {
    /// The tables' names.
    pub tables: Tables,
    /// The bus's name.
    pub event_bus: String,
    /// The id of the secret in Secrets Manager.
    pub app_secret_id: String,
    /// ShopCall's own pages, to which the merchant is redirected after an install; the built-in
    /// ones if not set.
    pub frontend_url: Option<Url>,
    /// The public address of the API; if not set, no webhooks are registered.
    pub backend_url: Option<Url>,
}

impl Config {
    /// Reads all variables; returns the first error.
    pub fn from_environment(environment: &Environment<'_>) -> Result<Self, ConfigError> {
        Ok(Self {
            tables: Tables {
                stores: environment.required("STORES_TABLE")?,
                tokens: environment.required("TOKENS_TABLE")?,
                cache: environment.required("CACHE_TABLE")?,
                sync_runs: environment.required("SYNC_RUNS_TABLE")?,
                installs: environment.required("INSTALLS_TABLE")?,
            },
            event_bus: environment.required("EVENT_BUS")?,
            app_secret_id: environment.required("APP_SECRET_ID")?,
            frontend_url: url(environment, "FRONTEND_URL")?,
            backend_url: url(environment, "BACKEND_URL")?,
        })
    }
}

fn url(environment: &Environment<'_>, variable: &'static str) -> Result<Option<Url>, ConfigError> {
    let malformed = ConfigError::Malformed { variable, expected: "an http or https address" };
    match environment.optional(variable) {
        None => Ok(None),
        Some(text) => match Url::parse(&text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(Some(url)),
            _ => Err(malformed),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complete(name: &str) -> Option<String> {
        let known = ["_TABLE", "EVENT_BUS", "APP_SECRET_ID"];
        known.iter().any(|end| name.ends_with(end)).then(|| format!("the-{name}"))
    }

    #[test]
    fn an_error_names_the_variable() {
        let without_bus = |name: &str| complete(name).filter(|_| name != "EVENT_BUS");
        let error = Config::from_environment(&Environment::new(&without_bus)).unwrap_err();
        assert_eq!(error.to_string(), "EVENT_BUS is not set");

        let bad_url = |name: &str| match name {
            "FRONTEND_URL" => Some("javascript:alert(1)".to_owned()),
            _ => complete(name),
        };
        let error = Config::from_environment(&Environment::new(&bad_url)).unwrap_err();
        assert_eq!(error.to_string(), "FRONTEND_URL must be an http or https address");
    }

    #[test]
    fn flag_is_true_or_false() {
        let read = |word: &'static str| {
            let lookup = move |_: &str| Some(word.to_owned());
            Environment::new(&lookup).flag("FLAG").map_err(|error| error.to_string())
        };
        assert_eq!((read(""), read("false"), read("true")), (Ok(false), Ok(false), Ok(true)));
        assert_eq!(read("yes"), Err("FLAG must be true or false".to_owned()));
    }
}
