//! Test environment of the product.
//!
//! [`InProcess`] runs all functions in one process with the simulated ShopRenter over HTTP,
//! DynamoDB's protocol over HTTP (dynoxide, or the server at `DYNAMODB_ENDPOINT`), and a small
//! simulation of Secrets Manager and EventBridge. [`Worker`] runs one function's binary as a
//! process in the same environment. [`Stack`] is the deployed local stack, seen from outside.

mod clock;
mod comparison;
mod front;
mod in_process;
mod limit;
mod local_aws;
mod stack;
mod tables;
mod worker;

pub use clock::TestClock;
pub use comparison::differences;
pub use in_process::{BACKEND_URL, InProcess, api_request, body_of, header_of, status_of};
pub use limit::assert_limit_is_kept;
pub use local_aws::{AcceptedPut, DynamoFault, LocalAws, PublishedEvent, Side, Stop, Usage};
pub use stack::{Stack, eventually};
pub use tables::{Row, records, rows, unzipped};
pub use worker::{Invocation, Worker, binary_in, peak_rss};
