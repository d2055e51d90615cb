//! Stopping the world for a function at one of its calls, so that it can be killed right there.

use std::sync::{Arc, Mutex};

use tokio::sync::watch;

use super::lock;

/// On which side of the call the function is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The call comes to nothing.
    Before,
    /// The call takes effect, and the function never hears of it.
    After,
}

#[derive(Debug)]
struct Planned {
    /// Calls that pass first.
    left: u64,
    side: Side,
    reached: watch::Sender<bool>,
}

/// The stop that is planned, if one is.
#[derive(Debug, Clone, Default)]
pub(super) struct Stops(Arc<Mutex<Option<Planned>>>);

impl Stops {
    pub(super) fn plan(&self, left: u64, side: Side) -> Stop {
        let (reached, is_reached) = watch::channel(false);
        *lock(&self.0) = Some(Planned { left, side, reached });
        Stop { stops: self.clone(), is_reached }
    }

    /// Counts a call that arrives. The side on which it is to be held, if it is.
    pub(super) fn arrive(&self) -> Option<Side> {
        let mut planned = lock(&self.0);
        let planned = planned.as_mut()?;
        if *planned.reached.borrow() {
            return Some(Side::Before);
        }
        if planned.left > 0 {
            planned.left -= 1;
            return None;
        }
        if planned.side == Side::Before {
            planned.reached.send_replace(true);
        }
        Some(planned.side)
    }

    /// Holds a call for ever: its caller is to be killed, or hangs up.
    pub(super) async fn hold(&self) -> ! {
        if let Some(planned) = &*lock(&self.0) {
            planned.reached.send_replace(true);
        }
        std::future::pending().await
    }
}

/// A planned stop. Once it is reached, no further call gets through until this is dropped.
#[derive(Debug)]
pub struct Stop {
    stops: Stops,
    is_reached: watch::Receiver<bool>,
}

impl Stop {
    /// Waits until the call has come.
    pub async fn reached(&self) {
        // The other end lies with `stops`, which this holds.
        drop(self.is_reached.clone().wait_for(|reached| *reached).await);
    }
}

impl Drop for Stop {
    fn drop(&mut self) {
        *lock(&self.stops.0) = None;
    }
}
