//! Results of `cargo bench` for the core, read from Criterion's output directory.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::report::{Figure, Unit, table};

/// Budget for verifying a callback, in microseconds.
const VERIFYING: f64 = 2.0;
/// Budget for decoding and mapping, in megabytes of JSON a second.
const DECODING: f64 = 100.0;

pub(crate) fn run() -> Vec<Figure> {
    let mut found = Vec::new();
    collect(&results(), &mut found);
    assert!(!found.is_empty(), "no results: run `cargo bench --package shopcall-core` first");
    found.sort_by(|one, other| one.name.cmp(&other.name));
    let cells = |figure: &Figure| {
        vec![figure.name.clone(), format!("{:.2} {}", figure.value, figure.unit.sign())]
    };
    let rows: Vec<_> = found.iter().map(cells).collect();
    table("core: processor time, by Criterion", &["benchmark", "figure"], &rows);
    found
}

/// Criterion's output directory, next to that of this program's own profile.
fn results() -> PathBuf {
    let own = std::env::current_exe().unwrap();
    own.ancestors().nth(2).unwrap().join("criterion")
}

fn collect(directory: &Path, found: &mut Vec<Figure>) {
    let Ok(entries) = std::fs::read_dir(directory) else { return };
    for entry in entries.map(Result::unwrap).filter(|entry| entry.path().is_dir()) {
        if entry.file_name() == "new" {
            found.push(figure(&entry.path()));
        } else {
            collect(&entry.path(), found);
        }
    }
}

fn figure(result: &Path) -> Figure {
    let read = |file: &str| -> Value {
        serde_json::from_slice(&std::fs::read(result.join(file)).unwrap()).unwrap()
    };
    let (benchmark, estimates) = (read("benchmark.json"), read("estimates.json"));
    let name = benchmark["full_id"].as_str().unwrap();
    let nanoseconds = estimates["median"]["point_estimate"].as_f64().unwrap();
    match benchmark["throughput"]["Bytes"].as_f64() {
        Some(bytes) => {
            let figure = Figure::more(name, 1e3 * bytes / nanoseconds, Unit::Of("MB/s"));
            if name.starts_with("decode/") { figure.budget(DECODING) } else { figure }
        }
        None => {
            let figure = Figure::less(name, nanoseconds / 1e3, Unit::Of("µs"));
            if name == "signature/verify" { figure.budget(VERIFYING) } else { figure }
        }
    }
}
