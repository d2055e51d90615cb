//! The AWS clients, created at init from the environment that Lambda sets.
//!
//! Credentials and region come from the environment, and requests use the same `reqwest` pool as
//! those to the platform: no profile files, no metadata requests, and one TLS stack with
//! compiled-in roots.

mod conflict;
mod connector;

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;

use crate::runtime::config::{ConfigError, Environment};
use conflict::ConflictClassifier;
use connector::ReqwestClient;

/// Time limit for one attempt of an AWS request; DynamoDB answers in milliseconds.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(2);
/// Time limit for an AWS request including retries: a slow page is better than an error, and API
/// Gateway waits thirty seconds at most.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(10);
/// The first attempt and four retries.
const MAX_ATTEMPTS: u32 = 5;

/// The configuration shared by all AWS clients.
#[derive(Debug, Clone)]
pub struct AwsEnvironment {
    region: Region,
    credentials: Credentials,
    endpoint: Option<String>,
    http: SharedHttpClient,
    timeouts: TimeoutConfig,
}

impl AwsEnvironment {
    /// Reads `AWS_REGION`, the credentials set by Lambda and, in the local stack only,
    /// `AWS_ENDPOINT_URL`.
    pub fn from_environment(
        environment: &Environment<'_>,
        http: reqwest::Client,
    ) -> Result<Self, ConfigError> {
        let credentials = Credentials::new(
            environment.required("AWS_ACCESS_KEY_ID")?,
            environment.required("AWS_SECRET_ACCESS_KEY")?,
            environment.optional("AWS_SESSION_TOKEN"),
            None,
            "LambdaEnvironment",
        );
        Ok(Self {
            region: Region::new(environment.required("AWS_REGION")?),
            credentials,
            endpoint: environment.optional("AWS_ENDPOINT_URL"),
            http: SharedHttpClient::new(ReqwestClient(Arc::new(http))),
            timeouts: TimeoutConfig::builder()
                .operation_attempt_timeout(ATTEMPT_TIMEOUT)
                .operation_timeout(OPERATION_TIMEOUT)
                .build(),
        })
    }

    /// A DynamoDB client. Writes that conflict with a transaction are retried too.
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        let mut config = aws_sdk_dynamodb::Config::builder()
            .retry_classifier(ConflictClassifier)
            .behavior_version(BehaviorVersion::latest())
            .region(self.region.clone())
            .credentials_provider(self.credentials.clone())
            .http_client(self.http.clone())
            .timeout_config(self.timeouts.clone())
            .retry_config(RetryConfig::standard().with_max_attempts(MAX_ATTEMPTS));
        config.set_endpoint_url(self.endpoint.clone());
        aws_sdk_dynamodb::Client::from_conf(config.build())
    }

    /// An EventBridge client.
    pub fn eventbridge(&self) -> aws_sdk_eventbridge::Client {
        let mut config = aws_sdk_eventbridge::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(self.region.clone())
            .credentials_provider(self.credentials.clone())
            .http_client(self.http.clone())
            .timeout_config(self.timeouts.clone())
            .retry_config(RetryConfig::standard().with_max_attempts(MAX_ATTEMPTS));
        config.set_endpoint_url(self.endpoint.clone());
        aws_sdk_eventbridge::Client::from_conf(config.build())
    }

    /// A Secrets Manager client.
    pub fn secretsmanager(&self) -> aws_sdk_secretsmanager::Client {
        let mut config = aws_sdk_secretsmanager::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(self.region.clone())
            .credentials_provider(self.credentials.clone())
            .http_client(self.http.clone())
            .timeout_config(self.timeouts.clone())
            .retry_config(RetryConfig::standard().with_max_attempts(MAX_ATTEMPTS));
        config.set_endpoint_url(self.endpoint.clone());
        aws_sdk_secretsmanager::Client::from_conf(config.build())
    }
}
