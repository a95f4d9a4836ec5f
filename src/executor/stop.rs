//! A wish to stop, set by signals and heard by a run.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};

use tokio::sync::Notify;

/// A wish to stop. The first one waits for the statement in flight, the second one has it cancelled.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    signal: AtomicI32,
    wishes: AtomicUsize,
    cancelled: Notify,
    /// How many scopes want to end in order.
    held: AtomicUsize,
}

/// A scope that wants to end in order: while there is one, a wish to stop does not end the process.
#[derive(Debug)]
pub struct Held(Stop);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.inner.held.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Stop {
    /// Another wish, by the signal of this number; how many there were now.
    pub fn wish(&self, signal: i32) -> usize {
        // The first one decides the exit code.
        let _ = self
            .inner
            .signal
            .compare_exchange(0, signal, Ordering::SeqCst, Ordering::SeqCst);
        let wishes = self.inner.wishes.fetch_add(1, Ordering::SeqCst) + 1;
        if wishes > 1 {
            self.inner.cancelled.notify_one();
        }
        wishes
    }

    pub fn hold(&self) -> Held {
        self.inner.held.fetch_add(1, Ordering::SeqCst);
        Held(self.clone())
    }

    pub fn is_held(&self) -> bool {
        self.inner.held.load(Ordering::SeqCst) > 0
    }

    /// The signal that it was.
    pub fn get(&self) -> Option<i32> {
        match self.inner.signal.load(Ordering::SeqCst) {
            0 => None,
            signal => Some(signal),
        }
    }

    /// Returns when the statement in flight is to be cancelled.
    pub async fn cancelled(&self) {
        while self.inner.wishes.load(Ordering::SeqCst) < 2 {
            self.inner.cancelled.notified().await;
        }
    }
}
