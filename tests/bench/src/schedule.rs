//! Cost of a scheduled run with very many stores: all due, for one schedule, for two concurrent
//! ones and for one with short invocations; and none due.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use e2e::{InProcess, Invocation, PublishedEvent, Usage, Worker};
use serde_json::{Value, json};
use shopcall_core::domain::clock::Clock as _;
use shopcall_core::domain::{Generation, Opening, Resource, Store, StoreId};

use crate::functions;
use crate::report::{Figure, Unit, seconds, step, table};

const STORES: u32 = 10_000;
/// Stores set up concurrently.
const AT_ONCE: u32 = 50;
/// Time limit of the function in the template.
const USUAL: Duration = Duration::from_secs(300);
/// Time limit that leaves one second, because the function reserves 20 for a clean end.
const LITTLE: Duration = Duration::from_secs(21);
const MAX_INVOCATIONS: usize = 100;
/// Memory budget of a function that is not a sync worker.
const PEAK_MB: f64 = 24.0;

pub(crate) async fn run() -> Vec<Figure> {
    step(&format!("schedule: {STORES} stores"));
    let mut lines = Vec::new();
    let app = scheduled_run(&mut lines, "one schedule", 1, USUAL).await;
    none_due(&mut lines, &app).await;
    drop(app);
    scheduled_run(&mut lines, "two at once", 2, USUAL).await;
    scheduled_run(&mut lines, "in short invocations", 1, LITTLE).await;
    let mut figures = Vec::new();
    for line in &lines {
        let peak = line.memory as f64 / 1e6;
        let name = format!("{}, peak RSS", line.name);
        figures.push(Figure::less(name, peak, Unit::Of("MB")).budget(PEAK_MB));
    }
    let calls = lines[0].usage.dynamodb_calls() as f64 / f64::from(STORES);
    figures.push(Figure::less("DynamoDB calls a store that is due", calls, Unit::Of("")));
    let lines: Vec<_> = lines.iter().map(Line::cells).collect();
    table(
        &format!("schedule: {STORES} stores"),
        &["run", "invocations", "events", "DynamoDB calls", "PutEvents calls", "time", "memory"],
        &lines,
    );
    figures
}

/// Scheduled run with all stores due; each store must be requested exactly once.
async fn scheduled_run(
    lines: &mut Vec<Line>,
    name: &'static str,
    schedules: usize,
    limit: Duration,
) -> InProcess {
    let app = InProcess::start().await;
    set_up(&app).await;
    let mut workers = Vec::new();
    for _ in 0..schedules {
        workers.push(functions::start("scheduled-sync", app.environment()).await);
    }
    app.aws.take_usage();
    let began = Instant::now();
    let mut asked = Vec::new();
    let mut wanted: Vec<Value> = vec![first(); schedules];
    let mut invocations = 0;
    while !wanted.is_empty() {
        invocations += wanted.len();
        assert!(invocations <= MAX_INVOCATIONS, "the scheduled run does not end");
        let answers =
            workers.iter().zip(&wanted).map(|(worker, event)| worker.invoke(event, limit));
        for outcome in join_two(answers).await {
            assert!(matches!(outcome, Invocation::Answered(_)), "{outcome:?}");
        }
        let events = app.aws.take_events();
        let is_rest = |event: &&PublishedEvent| event.detail_type == "ScheduleContinued";
        wanted = events.iter().filter(is_rest).map(PublishedEvent::delivered).collect();
        wanted.truncate(schedules);
        asked.extend(events.into_iter().filter(|event| event.detail_type == "SyncRequested"));
    }
    let time = began.elapsed();
    let pairs: HashSet<_> = asked.iter().map(|event| pair(&event.detail)).collect();
    let expected = STORES as usize * Resource::ALL.len();
    assert_eq!((asked.len(), pairs.len()), (expected, expected), "each store is requested once");
    let memory = workers.iter().map(Worker::peak_rss).max().unwrap_or(0);
    let (events, usage) = (asked.len(), app.aws.take_usage());
    lines.push(Line { name, invocations, events, usage, time, memory });
    app
}

/// Scheduled run over the same stores, none of them due any more.
async fn none_due(lines: &mut Vec<Line>, app: &InProcess) {
    let worker = functions::start("scheduled-sync", app.environment()).await;
    let began = Instant::now();
    let outcome = worker.invoke(&first(), USUAL).await;
    assert!(matches!(outcome, Invocation::Answered(_)), "{outcome:?}");
    let time = began.elapsed();
    assert_eq!(app.aws.take_events(), []);
    let usage = app.aws.take_usage();
    assert_eq!(usage.dynamodb_calls(), usage.calls_of("Query"), "a store not due costs nothing");
    let memory = worker.peak_rss();
    lines.push(Line { name: "none due", invocations: 1, events: 0, usage, time, memory });
}

/// Cost of a scheduled run.
struct Line {
    name: &'static str,
    invocations: usize,
    events: usize,
    usage: Usage,
    time: Duration,
    /// Bytes.
    memory: u64,
}

impl Line {
    fn cells(&self) -> Vec<String> {
        vec![
            self.name.to_owned(),
            self.invocations.to_string(),
            self.events.to_string(),
            self.usage.dynamodb_calls().to_string(),
            self.usage.calls_of("PutEvents").to_string(),
            seconds(self.time),
            format!("{:.1} MB", self.memory as f64 / 1e6),
        ]
    }
}

/// Sets up all stores, due now.
async fn set_up(app: &InProcess) {
    let now = app.clock.now();
    let (stores, begun) = (app.services.stores(), Generation(1));
    for first in (0..STORES).step_by(AT_ONCE as usize) {
        let mut tasks = Vec::new();
        for number in first..STORES.min(first + AT_ONCE) {
            let stores = stores.clone();
            tasks.push(tokio::spawn(async move {
                let id: StoreId = format!("shoprenter:shop-{number}").parse().unwrap();
                let begin = |known: Option<&Store>| {
                    let Opening::Begins(store) = Store::open(known, &id, now, None, now) else {
                        panic!("not new")
                    };
                    (store.set_up_done(begun, now), ())
                };
                stores.change(&id, begin).await.unwrap();
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
    }
}

/// Event of the EventBridge schedule.
fn first() -> Value {
    json!({ "version": "0", "id": "1", "source": "aws.events", "detail-type": "Scheduled Event",
            "resources": [], "detail": {} })
}

fn pair(detail: &Value) -> (String, String) {
    let text = |name: &str| detail[name].as_str().unwrap_or_default().to_owned();
    (text("store_id"), text("resource"))
}

/// Waits for one invocation, or for two concurrent ones.
async fn join_two<F: Future<Output = Invocation>>(
    mut of: impl Iterator<Item = F>,
) -> Vec<Invocation> {
    match (of.next(), of.next()) {
        (Some(one), Some(two)) => {
            let (one, two) = tokio::join!(one, two);
            vec![one, two]
        }
        (Some(one), None) => vec![one.await],
        (None, _) => Vec::new(),
    }
}
