//! A wait for somebody else, asked in growing pauses, with words for whoever watches.

use std::time::{Duration, Instant};

use super::error::{Error, ErrorKind};
use super::holder::{Holder, Orphan};

const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// How often it is said what one and the same holder does.
const SAY_AGAIN: Duration = Duration::from_secs(15);

/// What is waited for.
#[derive(Debug)]
pub(super) enum Awaited {
    Lock(Holder),
    Orphan(Orphan),
}

pub(super) struct Wait<'a> {
    started: Instant,
    timeout: Duration,
    pause: Duration,
    told: Option<(Holder, Instant)>,
    on_wait: &'a mut (dyn FnMut(&Holder) + Send),
}

impl<'a> Wait<'a> {
    pub fn new(timeout: Duration, on_wait: &'a mut (dyn FnMut(&Holder) + Send)) -> Wait<'a> {
        Wait {
            started: Instant::now(),
            timeout,
            pause: FIRST_PAUSE,
            told: None,
            on_wait,
        }
    }

    /// Pauses until it is worth asking again; fails when the time is over. Nobody is awaited where it is free by now.
    pub async fn pause(&mut self, awaited: Option<&Awaited>) -> Result<(), Error> {
        let left = self.timeout.saturating_sub(self.started.elapsed());
        if left.is_zero() {
            let timeout = self.timeout;
            return Err(awaited.map_or_else(|| too_many(timeout), |awaited| awaited.not_granted(timeout)));
        }
        if let Some(awaited) = awaited {
            self.tell(awaited.holder());
        }
        tokio::time::sleep(self.pause.min(left)).await;
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        Ok(())
    }

    /// When the waiting begins, when the holder is another one, and now and then when it does something else.
    fn tell(&mut self, holder: &Holder) {
        let is_news = match &self.told {
            None => true,
            Some((told, at)) => told.who != holder.who || (told.text != holder.text && at.elapsed() >= SAY_AGAIN),
        };
        if is_news {
            (self.on_wait)(holder);
            self.told = Some((holder.clone(), Instant::now()));
        }
    }
}

fn too_many(timeout: Duration) -> Error {
    let message = format!(
        "other runs were quicker to take the lock for {} s",
        timeout.as_secs_f64()
    );
    Error::new(ErrorKind::Lock, message).with_hint("wait for them to end")
}

impl Awaited {
    fn holder(&self) -> &Holder {
        match self {
            Awaited::Lock(holder) => holder,
            Awaited::Orphan(orphan) => &orphan.holder,
        }
    }

    fn not_granted(&self, timeout: Duration) -> Error {
        let seconds = timeout.as_secs_f64();
        match self {
            Awaited::Lock(holder) => Error::new(
                ErrorKind::Lock,
                format!(
                    "another run holds the lock, and did not let go within {seconds} s: {}",
                    holder.text
                ),
            )
            .with_hint(
                "wait for it to end, or end it: the lock goes with its session or process, and a lease runs out",
            ),
            Awaited::Orphan(orphan) => Error::new(
                ErrorKind::Lock,
                format!(
                    "within {seconds} s the server did not come to an end with {}",
                    orphan.holder.text
                ),
            )
            .with_hint(format!("wait for it, or end it: `{}`", orphan.end)),
        }
    }
}
