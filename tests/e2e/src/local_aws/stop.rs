//! Holding a function at one of its calls, so that a test can kill it there.

use std::sync::{Arc, Mutex};

use tokio::sync::watch;

use super::lock;

/// Whether the held call takes effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The call has no effect.
    Before,
    /// The call takes effect, but the function receives no answer.
    After,
}

#[derive(Debug)]
struct Planned {
    /// Calls that pass before the stop.
    left: u64,
    side: Side,
    reached: watch::Sender<bool>,
}

/// The planned stop, if any.
#[derive(Debug, Clone, Default)]
pub(super) struct Stops(Arc<Mutex<Option<Planned>>>);

impl Stops {
    pub(super) fn plan(&self, left: u64, side: Side) -> Stop {
        let (reached, is_reached) = watch::channel(false);
        *lock(&self.0) = Some(Planned { left, side, reached });
        Stop { stops: self.clone(), is_reached }
    }

    /// Counts a call and returns the side on which it must be held, if any.
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

    /// Holds a call until its caller is killed or hangs up.
    pub(super) async fn hold(&self) -> ! {
        if let Some(planned) = &*lock(&self.0) {
            planned.reached.send_replace(true);
        }
        std::future::pending().await
    }
}

/// A planned stop. Once it is reached, all further calls are held until it is dropped.
#[derive(Debug)]
pub struct Stop {
    stops: Stops,
    is_reached: watch::Receiver<bool>,
}

impl Stop {
    /// Waits until the call has arrived.
    pub async fn reached(&self) {
        // Cannot fail, because `stops` keeps the sender.
        drop(self.is_reached.clone().wait_for(|reached| *reached).await);
    }
}

impl Drop for Stop {
    fn drop(&mut self) {
        *lock(&self.stops.0) = None;
    }
}
