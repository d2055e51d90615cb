//! Warm invocations relative to the empty function's: latency, and processor time of many.

use std::time::{Duration, Instant};

use e2e::{Invocation, Worker};
use serde_json::json;

use crate::functions::{self, EMPTY};
use crate::report::{Figure, Unit, median, step, table};
use crate::samples::{Sample, Samples};

/// Enough for the processor clock's resolution of a hundredth of a second.
const INVOCATIONS: usize = 600;
/// Invocations before the measurement.
const WARM_UP: usize = 20;
const TIME_LIMIT: Duration = Duration::from_secs(10);
const PEAK_MB: f64 = 24.0;

pub(crate) async fn run() -> Vec<Figure> {
    let samples = Samples::start().await;
    step(&format!("warm: {INVOCATIONS} invocations each"));
    let start = async |function| functions::start(function, samples.environment()).await;
    let mut cases = [
        Case::new("empty", start(EMPTY).await),
        Case::new("oauth-callback", start("oauth-callback").await),
        Case::new("webhook-orders, skipped", start("webhook-orders").await),
        Case::new("webhook-orders, read back", start("webhook-orders").await),
        Case::new("lookup", start("lookup").await),
    ];
    for round in 0..WARM_UP + INVOCATIONS {
        if round == WARM_UP {
            cases.iter_mut().for_each(Case::begin);
        }
        let [empty, callback, passed_over, read_back, lookup] = &mut cases;
        empty.invoke(None).await;
        callback.invoke(Some(samples.callback().await)).await;
        let read_before = samples.orders_read();
        read_back.invoke(Some(samples.changed_order())).await;
        assert_eq!(samples.orders_read(), read_before + 1, "the webhook was not read back");
        passed_over.invoke(Some(samples.same_order())).await;
        assert_eq!(samples.orders_read(), read_before + 1, "the webhook was not skipped");
        lookup.invoke(Some(samples.call())).await;
    }
    report(&cases)
}

struct Case {
    name: &'static str,
    worker: Worker,
    times: Vec<Duration>,
    cpu_before: Duration,
}

impl Case {
    fn new(name: &'static str, worker: Worker) -> Self {
        Self { name, worker, times: Vec::new(), cpu_before: Duration::ZERO }
    }

    fn begin(&mut self) {
        self.times.clear();
        self.cpu_before = self.worker.cpu_time();
    }

    /// Invokes the function; for the empty function the event does not matter.
    async fn invoke(&mut self, sample: Option<Sample>) {
        let nothing = json!({});
        let event = sample.as_ref().map_or(&nothing, |sample| &sample.event);
        let began = Instant::now();
        let outcome = self.worker.invoke(event, TIME_LIMIT).await;
        self.times.push(began.elapsed());
        let Invocation::Answered(answer) = outcome else { panic!("{}: {outcome:?}", self.name) };
        assert!(sample.is_none_or(|sample| sample.is_answered_by(&answer)), "{answer}");
    }

    /// Median latency in milliseconds.
    fn latency(&self) -> f64 {
        median(self.times.iter().map(|time| time.as_secs_f64() * 1e3))
    }

    /// Processor time per invocation in milliseconds.
    fn cpu(&self) -> f64 {
        (self.worker.cpu_time() - self.cpu_before).as_secs_f64() * 1e3 / self.times.len() as f64
    }
}

fn report(cases: &[Case]) -> Vec<Figure> {
    let empty = cases[0].latency();
    let (mut rows, mut figures) = (Vec::new(), Vec::new());
    for case in cases {
        let (latency, cpu, name) = (case.latency(), case.cpu(), case.name);
        let peak = case.worker.peak_rss() as f64 / 1e6;
        rows.push(vec![
            name.to_owned(),
            format!("{latency:.2} ms"),
            format!("{:.1} ×", latency / empty),
            format!("{cpu:.3} ms"),
            format!("{peak:.1} MB"),
        ]);
        figures.push(Figure::less(format!("{name}, latency"), latency, Unit::Of("ms")));
        figures.push(Figure::less(format!("{name}, processor time"), cpu, Unit::Of("ms")));
        if name != cases[0].name {
            let times = latency / empty;
            figures.push(Figure::less(format!("{name}, relative to empty"), times, Unit::Times));
            let peak = Figure::less(format!("{name}, peak RSS"), peak, Unit::Of("MB"));
            figures.push(peak.budget(PEAK_MB));
        }
    }
    table(
        &format!("warm: {INVOCATIONS} invocations each, in turn"),
        &["function", "latency, median", "× empty", "processor time", "peak RSS"],
        &rows,
    );
    figures
}
