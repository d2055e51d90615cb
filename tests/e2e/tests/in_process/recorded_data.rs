//! Data that a test leaves in log lines, events and rows.

use std::io;
use std::sync::{Arc, Mutex};

use e2e::{InProcess, rows};
use tracing::Dispatch;
use tracing::subscriber::{DefaultGuard, set_default};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;

/// Everything that this thread logs while the value exists, at every level.
pub(crate) struct Log {
    lines: Lines,
    _guard: DefaultGuard,
    // With a single subscriber, a call site first reached by another test's thread would be cached
    // as disabled.
    _second: Dispatch,
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub(crate) fn listen() -> Self {
        let lines = Lines::default();
        let writer = lines.clone();
        let transport_aside = ["hyper", "h2", "hyper_util", "reqwest"];
        let filter = Targets::new()
            .with_default(LevelFilter::TRACE)
            .with_targets(transport_aside.map(|target| (target, LevelFilter::OFF)));
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_writer(move || writer.clone())
            .finish()
            .with(filter);
        let second = Dispatch::new(tracing_subscriber::registry());
        Self { lines, _guard: set_default(subscriber), _second: second }
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.lines.0.lock().unwrap().clone()).unwrap()
    }
}

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// All rows of all tables, and the events not yet taken, as text.
pub(crate) async fn stored_and_published(app: &InProcess) -> String {
    let mut seen = format!("{:?}", app.aws.take_events());
    let tables = app.tables();
    for table in
        [&tables.stores, &tables.tokens, &tables.cache, &tables.sync_runs, &tables.installs]
    {
        seen += &format!("{:?}", rows(&app.dynamodb, table).await);
    }
    seen
}
