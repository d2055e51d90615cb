//! Ratios of an earlier run for comparison. Times are not kept, because they depend on the machine.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::figure::{Better, Figure};
use super::summary::Measured;

/// Relative change below which a difference counts as noise.
const TOLERANCE: f64 = 0.15;

/// Ratios by benchmark and name.
#[derive(Debug, Default)]
pub(crate) struct Baseline {
    ratios: BTreeMap<String, f64>,
}

impl Baseline {
    /// Path of the committed baseline.
    pub(crate) fn path() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("baseline.json")
    }

    /// Reads the baseline; empty if there is no file yet.
    ///
    /// # Panics
    /// If the file is invalid.
    pub(crate) fn read() -> Self {
        let Ok(text) = fs::read_to_string(Self::path()) else { return Self::default() };
        let file: Value = serde_json::from_str(&text).unwrap();
        let ratios = file["ratios"].as_object().unwrap();
        Self { ratios: ratios.iter().map(|(k, v)| (k.clone(), v.as_f64().unwrap())).collect() }
    }

    /// Replaces the ratios of this run's benchmarks, and keeps those of the others.
    ///
    /// # Panics
    /// If the file cannot be written.
    pub(crate) fn replace(mut self, run: &[Measured]) {
        for Measured { benchmark, figures, .. } in run {
            let prefix = key(benchmark, "");
            self.ratios.retain(|name, _| !name.starts_with(&prefix));
            for figure in figures.iter().filter(|figure| figure.unit.is_ratio()) {
                let rounded = (figure.value * 1_000.0).round() / 1_000.0;
                self.ratios.insert(key(benchmark, &figure.name), rounded);
            }
        }
        let text = serde_json::to_string_pretty(&json!({ "ratios": self.ratios })).unwrap();
        fs::write(Self::path(), text + "\n").unwrap();
    }

    /// Compares a figure with the baseline: `better`, `worse` or `same`, and by how much. Returns
    /// `None` for an unknown figure.
    pub(crate) fn compare(&self, benchmark: &str, figure: &Figure) -> Option<String> {
        if !figure.unit.is_ratio() {
            return None;
        }
        let before = *self.ratios.get(&key(benchmark, &figure.name))?;
        // Values that round to the same count as the same, including zero.
        if (figure.value - before).abs() < 0.001 {
            return Some("same".to_owned());
        }
        let change = figure.value / before - 1.0;
        let verdict = match (change.abs() <= TOLERANCE, change < 0.0, figure.better) {
            (true, ..) => "same",
            (_, true, Better::Less) | (_, false, Better::More) => "better",
            _ => "worse",
        };
        Some(format!("{verdict} ({:+.0} %)", change * 100.0))
    }
}

fn key(benchmark: &str, figure: &str) -> String {
    format!("{benchmark}/{figure}")
}
