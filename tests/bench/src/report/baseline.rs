//! Figures of an earlier run, to compare with. Only ratios are kept: they are about the same on
//! every machine, which no time is.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::figure::{Better, Figure};
use super::summary::Measured;

/// A change of less is taken for noise.
const TOLERANCE: f64 = 0.15;

/// The ratios by benchmark and name.
#[derive(Debug, Default)]
pub(crate) struct Baseline {
    ratios: BTreeMap<String, f64>,
}

impl Baseline {
    /// The committed one.
    pub(crate) fn path() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("baseline.json")
    }

    /// Reads it; empty where there is none yet.
    ///
    /// # Panics
    /// Where the file is something else.
    pub(crate) fn read() -> Self {
        let Ok(text) = fs::read_to_string(Self::path()) else { return Self::default() };
        let file: Value = serde_json::from_str(&text).unwrap();
        let ratios = file["ratios"].as_object().unwrap();
        Self { ratios: ratios.iter().map(|(k, v)| (k.clone(), v.as_f64().unwrap())).collect() }
    }

    /// Puts the ratios of this run in the place of those before, and keeps those of benchmarks that
    /// did not run.
    ///
    /// # Panics
    /// Where the file cannot be written.
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

    /// What the baseline says of a figure: `better`, `worse` or `same`, and by how much; nothing
    /// where it does not know the figure.
    pub(crate) fn compare(&self, benchmark: &str, figure: &Figure) -> Option<String> {
        if !figure.unit.is_ratio() {
            return None;
        }
        let before = *self.ratios.get(&key(benchmark, &figure.name))?;
        // What is rounded to the same is the same, nothing included.
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
