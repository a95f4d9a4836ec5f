//! What is seen of a run while it goes on.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output::{Output, bad, faint, good};
use crate::executor::Observer;
use crate::plan::{Direction, PlannedChangeset, Turn};

/// Progress on a terminal, plain lines in a pipe.
pub(super) struct Progress<'a> {
    /// Where it is said; `None`: nowhere.
    output: Option<&'a Output>,
    bar: Option<ProgressBar>,
}

impl<'a> Progress<'a> {
    pub fn new(output: &'a Output) -> Progress<'a> {
        Progress {
            output: Some(output),
            bar: None,
        }
    }

    /// One that says nothing.
    pub fn silent() -> Progress<'static> {
        Progress {
            output: None,
            bar: None,
        }
    }

    fn say(&self, line: &str) {
        match (&self.bar, self.output) {
            (Some(bar), Some(output)) => bar.suspend(|| output.say(line)),
            (None, Some(output)) => output.say(line),
            (_, None) => {}
        }
    }

    pub fn total(&mut self, count: usize) {
        if self.output.is_some_and(Output::is_live) {
            let style = ProgressStyle::with_template("{spinner} {pos}/{len} {msg}")
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            let bar = ProgressBar::new(count as u64).with_style(style);
            bar.enable_steady_tick(Duration::from_millis(120));
            self.bar = Some(bar);
        }
    }

    pub fn finish(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

impl Observer for Progress<'_> {
    fn begins(&mut self, changeset: &PlannedChangeset) {
        if let Some(bar) = &self.bar {
            bar.set_message(changeset.id.clone());
        }
    }

    fn ends(&mut self, changeset: &PlannedChangeset, took: Duration) {
        let (sign, how) = match (changeset.turn, changeset.direction) {
            (Turn::Marked, Direction::Up) => (good("="), "recorded as applied, nothing was run".to_string()),
            (Turn::Marked, Direction::Down) => (bad("="), "was never run: no longer recorded as applied".to_string()),
            (Turn::Run | Turn::LeftOut, Direction::Up) => (good("+"), format!("{} ms", took.as_millis())),
            (Turn::Run | Turn::LeftOut, Direction::Down) => (bad("-"), format!("{} ms", took.as_millis())),
        };
        let line = format!("{sign} {} {}", changeset.id, faint(&format!("({how})")));
        self.say(&line);
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
    }

    fn waits(&mut self, message: &str) {
        self.say(message);
    }

    fn gives_way(&mut self, gives_way: bool) {
        if let Some(bar) = &self.bar {
            bar.set_draw_target(match gives_way {
                true => ProgressDrawTarget::hidden(),
                false => ProgressDrawTarget::stderr(),
            });
        }
    }

    fn says(&mut self, message: &str) {
        self.say(&format!("  {message}"));
    }
}
