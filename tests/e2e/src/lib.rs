//! What the tests stand on.
//!
//! [`InProcess`] is the whole product in one process: the functions' own endpoints, the simulated
//! ShopRenter over HTTP, DynamoDB's protocol over HTTP (dynoxide, or whatever `DYNAMODB_ENDPOINT`
//! names), and a small stand-in for Secrets Manager and EventBridge. [`Worker`] is one function's
//! binary as a process on the same ground. [`Stack`] is the deployed local stack, seen from outside.

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
pub use tables::{Row, rows, unzipped};
pub use worker::{Invocation, Worker, binary_in, peak_rss};
