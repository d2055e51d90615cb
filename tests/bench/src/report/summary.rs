//! Results of a run, as a table and as JSON.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::figure::{Better, Figure};
use super::machine::machine;
use super::{Baseline, seconds, table};

/// Results of one benchmark.
#[derive(Debug)]
pub(crate) struct Measured {
    /// Name of the benchmark, as in `ONLY`.
    pub(crate) benchmark: String,
    pub(crate) figures: Vec<Figure>,
    /// Duration of the benchmark.
    pub(crate) took: Duration,
}

/// Results of all benchmarks of a run.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    run: Vec<Measured>,
}

impl Summary {
    pub(crate) fn add(&mut self, measured: Measured) {
        self.run.push(measured);
    }

    /// Returns the results of each benchmark.
    pub(crate) fn run(&self) -> &[Measured] {
        &self.run
    }

    /// Prints every figure with its budget and its comparison with the baseline.
    pub(crate) fn print(&self, baseline: &Baseline) {
        let mut rows = Vec::new();
        for Measured { benchmark, figures, .. } in &self.run {
            for figure in figures {
                rows.push(vec![
                    format!("{benchmark}: {}", figure.name),
                    with_unit(figure.value, figure),
                    figure.budget.map_or_else(String::new, |limit| limit_of(limit, figure)),
                    figure.is_met().map_or_else(String::new, |met| verdict(met).to_owned()),
                    baseline.compare(benchmark, figure).unwrap_or_default(),
                ]);
            }
        }
        table(
            "All figures",
            &["figure", "value", "budget", "met", "relative to the baseline"],
            &rows,
        );
        let took = self.run.iter().map(|one| format!("{} {}", one.benchmark, seconds(one.took)));
        println!("\nTime: {}", took.collect::<Vec<_>>().join(", "));
        let judged: Vec<_> =
            self.run.iter().flat_map(|one| &one.figures).filter_map(Figure::is_met).collect();
        let met = judged.iter().filter(|met| **met).count();
        println!("Budgets met: {met} of {}", judged.len());
    }

    /// Writes the results as JSON.
    ///
    /// # Panics
    /// If the file cannot be written.
    pub(crate) fn write(&self, path: &Path) {
        let figures = self.run.iter().flat_map(|one| one.figures.iter().map(move |f| (one, f)));
        let figures: Vec<Value> = figures
            .map(|(one, figure)| {
                json!({
                    "benchmark": one.benchmark, "name": figure.name, "value": figure.value,
                    "unit": figure.unit.sign(), "budget": figure.budget, "met": figure.is_met(),
                })
            })
            .collect();
        let seconds: serde_json::Map<_, _> = self
            .run
            .iter()
            .map(|one| (one.benchmark.clone(), one.took.as_secs_f64().into()))
            .collect();
        let run = json!({ "machine": machine(), "figures": figures, "seconds": seconds });
        fs::write(path, serde_json::to_string_pretty(&run).unwrap() + "\n").unwrap();
    }
}

/// Marks around the run's table in a page.
const MARKS: [&str; 2] = ["<!-- run -->\n", "<!-- end of run -->"];

impl Summary {
    /// Replaces the table between the marks of a Markdown page.
    ///
    /// # Panics
    /// If the page or its marks are missing.
    pub(crate) fn put_into(&self, page: &Path) {
        let text = fs::read_to_string(page).unwrap();
        let (before, rest) = text.split_once(MARKS[0]).unwrap();
        let (_, after) = rest.split_once(MARKS[1]).unwrap();
        let table = self.markdown();
        fs::write(page, [before, MARKS[0], &table, MARKS[1], after].concat()).unwrap();
    }

    fn markdown(&self) -> String {
        let mut lines = vec![format!("Machine: {}.", machine()), String::new()];
        lines.push(
            "| benchmark | figure | value | budget | met |\n|---|---|--:|--:|---|".to_owned(),
        );
        for Measured { benchmark, figures, .. } in &self.run {
            lines.extend(figures.iter().map(|figure| {
                let value = with_unit(figure.value, figure);
                let limit = figure.budget.map(|limit| limit_of(limit, figure));
                let met = figure.is_met().map(verdict);
                let (limit, met) = (limit.unwrap_or_default(), met.unwrap_or_default());
                format!("| `{benchmark}` | {} | {value} | {limit} | {met} |", figure.name)
            }));
        }
        let took = self.run.iter().map(|one| format!("`{}` {}", one.benchmark, seconds(one.took)));
        lines.push(format!("\nTime: {}.\n", took.collect::<Vec<_>>().join(", ")));
        lines.join("\n")
    }
}

fn verdict(is_met: bool) -> &'static str {
    if is_met { "met" } else { "NOT MET" }
}

fn limit_of(limit: f64, figure: &Figure) -> String {
    let sign = match figure.better {
        Better::Less => "≤",
        Better::More => "≥",
    };
    format!("{sign} {}", with_unit(limit, figure))
}

/// Formats a value with its significant digits.
fn with_unit(value: f64, figure: &Figure) -> String {
    let digits = match value.abs() {
        value if value >= 100.0 || value.fract() == 0.0 => 0,
        value if value >= 10.0 => 1,
        value if value >= 0.1 => 2,
        _ => 4,
    };
    format!("{value:.digits$} {}", figure.unit.sign()).trim_end().to_owned()
}
