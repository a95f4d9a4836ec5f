//! Where a command goes, as its arguments say it.

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::output::Output;
use super::project::Project;
use super::{Exit, Failure};
use crate::changelog::OutOfOrder;
use crate::dialect::Target;
use crate::plan::{Advance, Destination, Retreat};

/// What is to happen: down first, then up.
#[derive(Debug, Clone, Default)]
pub(super) struct Way {
    pub down: Option<Retreat>,
    pub up: Option<Onward>,
}

/// What goes up.
#[derive(Debug, Clone)]
pub(super) enum Onward {
    Move(Advance),
    /// What was taken back, and nothing else.
    Same,
}

impl Way {
    pub fn up(advance: Advance) -> Way {
        Way {
            down: None,
            up: Some(Onward::Move(advance)),
        }
    }

    /// What is there to say where nothing of it is to be done.
    pub fn nothing(&self, target: &Target) -> String {
        let is_all = |advance: &Advance| {
            matches!(advance.destination, Destination::Head)
                && advance.only.is_empty()
                && advance.out_of_order != OutOfOrder::Skip
        };
        match (&self.down, &self.up) {
            (None | Some(Retreat::Unknown), Some(Onward::Move(advance))) if is_all(advance) => {
                return format!("{} is up to date", target.title());
            }
            (None, _) => "nothing of that is pending",
            (Some(_), Some(Onward::Move(_))) => "nothing of that is to be taken back, and nothing is pending",
            (Some(_), Some(Onward::Same) | None) => "nothing of that is applied",
        }
        .to_string()
    }

    pub fn down(retreat: Retreat) -> Way {
        Way {
            down: Some(retreat),
            up: None,
        }
    }
}

/// What to apply.
#[derive(Args, Debug, Clone)]
pub(super) struct UpArguments {
    /// How far: `+N`, an id or the beginning of one, `tag:NAME`, a date (default: `head`, all that is pending)
    #[arg(value_name = "TARGET", allow_hyphen_values = true)]
    pub target: Option<Destination>,
    /// This changeset and no other; may be given several times
    #[arg(long, value_name = "ID", conflicts_with = "target")]
    pub only: Vec<String>,
    /// What becomes of pending changesets that stand before applied ones (default: the configuration's, or `allow`)
    #[arg(long, value_name = "POLICY", value_parser = PossibleValuesParser::new(OutOfOrder::WORDS).try_map(|word| word.parse::<OutOfOrder>()))]
    pub out_of_order: Option<OutOfOrder>,
}

impl UpArguments {
    pub fn advance(&self, project: &Project) -> Advance {
        Advance {
            destination: self.target.clone().unwrap_or(Destination::Head),
            only: self.only.clone(),
            out_of_order: self.out_of_order.unwrap_or(project.config.out_of_order),
        }
    }
}

/// What to show: a move up, or down.
#[derive(Args, Debug, Clone)]
pub(super) struct EitherArguments {
    #[command(flatten)]
    pub up: UpArguments,
    /// Show the way back instead: to `-N`, an id (which stays), `tag:NAME` (likewise), a date, `base`
    #[arg(long)]
    pub down: bool,
}

impl EitherArguments {
    pub fn way(&self, project: &Project, output: &Output) -> Result<Way, Failure> {
        if !self.down {
            return Ok(Way::up(self.up.advance(project)));
        }
        match (&self.up.target, self.up.only.is_empty()) {
            (Some(target), _) => Ok(Way::down(Retreat::To(target.clone()))),
            (None, false) => Ok(Way::down(Retreat::Only(self.up.only.clone()))),
            (None, true) => Err(no_down_target(output)),
        }
    }
}

pub(super) fn no_down_target(output: &Output) -> Failure {
    output.refuse(
        Exit::Usage,
        "no-target",
        "a way back needs a target",
        Some("say how far: `-1`, `-N`, an id (which stays), `tag:NAME`, a date, or `base` for everything"),
    )
}
