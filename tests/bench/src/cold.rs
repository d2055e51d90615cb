//! Cold starts: each function compared with an empty one under AWS's Runtime Interface Emulator.

mod emulator;
mod proxy;
pub(crate) mod shim;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use crate::functions::{self, EMPTY};
use crate::report::{Figure, Unit, median, step, table};
use crate::samples::Samples;
use emulator::{First, Start};

/// Starts of each function, interleaved so that other load on the machine affects all alike.
const STARTS: usize = 21;
/// Budget for a function's start relative to the empty function's.
const MOST_TIMES_EMPTY: f64 = 2.2;
const PEAK_MB: f64 = 24.0;
const SYNC_PEAK_MB: f64 = 64.0;

pub(crate) async fn run() -> Vec<Figure> {
    let samples = Samples::start().await;
    let mut starts = BTreeMap::<&str, Vec<Start>>::new();
    for round in 1..=STARTS {
        step(&format!("cold: round {round} of {STARTS}"));
        let empty = first(&samples, EMPTY, &json!({})).await;
        starts.entry(EMPTY).or_default().push(empty.start);
        for sample in samples.of_all_functions().await {
            let First { start, answer, log } =
                first(&samples, sample.function, &sample.event).await;
            assert!(sample.is_answered_by(&answer), "{}: {answer}\n{log}", sample.function);
            starts.entry(sample.function).or_default().push(start);
        }
    }
    report(&starts)
}

async fn first(samples: &Samples, function: &str, event: &Value) -> First {
    let binary = functions::binary(function);
    emulator::first_invocation(&binary, samples.environment(), event).await
}

fn report(starts: &BTreeMap<&str, Vec<Start>>) -> Vec<Figure> {
    let milliseconds = |starts: &[Start], time: fn(&Start) -> Duration| {
        median(starts.iter().map(|start| time(start).as_secs_f64() * 1e3))
    };
    let empty_to_poll = milliseconds(&starts[EMPTY], |start| start.to_poll);
    let empty_to_answer = milliseconds(&starts[EMPTY], |start| start.to_answer);
    let (mut rows, mut figures) = (Vec::new(), Vec::new());
    for (function, starts) in starts {
        let to_poll = milliseconds(starts, |start| start.to_poll);
        let to_answer = milliseconds(starts, |start| start.to_answer);
        let peak = median(starts.iter().map(|start| start.peak_rss as f64)) / 1e6;
        rows.push(vec![
            (*function).to_owned(),
            format!("{to_poll:.2} ms"),
            format!("{:.2} ×", to_poll / empty_to_poll),
            format!("{to_answer:.1} ms"),
            format!("{:.2} ×", to_answer / empty_to_answer),
            format!("{peak:.1} MB"),
        ]);
        if *function == EMPTY {
            figures.push(Figure::less("empty, start to first poll", to_poll, Unit::Of("ms")));
            continue;
        }
        let name = format!("{function}, start to first poll relative to empty");
        let times = Figure::less(name, to_poll / empty_to_poll, Unit::Times);
        figures.push(times.budget(MOST_TIMES_EMPTY));
        let name = format!("{function}, start to first answer relative to empty");
        figures.push(Figure::less(name, to_answer / empty_to_answer, Unit::Times));
        let most = if functions::is_sync_worker(function) { SYNC_PEAK_MB } else { PEAK_MB };
        let name = format!("{function}, peak RSS after the first answer");
        figures.push(Figure::less(name, peak, Unit::Of("MB")).budget(most));
    }
    table(
        &format!("cold: under the Runtime Interface Emulator, medians of {STARTS}"),
        &["function", "to first poll", "× empty", "to first answer", "× empty", "peak RSS"],
        &rows,
    );
    figures
}
