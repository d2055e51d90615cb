//! Pages to be measured on, and the measure.

mod pages;
mod processor;

pub use pages::{Pages, all};
pub use processor::ProcessorTime;
