//! Invalid bodies: truncated or endless.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::body::{Body, Bytes, HttpBody};
use http_body::Frame;
use tokio::time::{Sleep, sleep};

use crate::stats::Counter;

/// Long enough for the first bytes to be sent before the connection breaks.
const BEFORE_THE_BREAK: Duration = Duration::from_millis(30);

/// Sends its start, then breaks the connection or continues endlessly.
#[derive(Debug)]
struct BrokenBody {
    start: Option<Bytes>,
    /// Absent for an endless body.
    breaks_after: Option<Pin<Box<Sleep>>>,
    counter: Arc<Counter>,
}

impl HttpBody for BrokenBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        const FILLER: &[u8] = &[b' '; 64 * 1024];
        let bytes = if let Some(start) = self.start.take() {
            start
        } else if let Some(pause) = &mut self.breaks_after {
            ready!(pause.as_mut().poll(context));
            return Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())));
        } else {
            Bytes::from_static(FILLER)
        };
        self.counter.serve(bytes.len());
        Poll::Ready(Some(Ok(Frame::data(bytes))))
    }
}

/// Sends the first half, then breaks the connection.
pub(crate) fn cut(mut whole: Vec<u8>, counter: Arc<Counter>) -> Body {
    whole.truncate(whole.len() / 2);
    let breaks_after = Some(Box::pin(sleep(BEFORE_THE_BREAK)));
    Body::new(BrokenBody { start: Some(whole.into()), breaks_after, counter })
}

/// Sends all but the last byte, then endless spaces.
pub(crate) fn endless(mut whole: Vec<u8>, counter: Arc<Counter>) -> Body {
    whole.pop();
    Body::new(BrokenBody { start: Some(whole.into()), breaks_after: None, counter })
}
