//! Faults, made for real: driftless and its servers killed, connections cut, locks held, disks full. After each of them
//! nothing is lost, and running it again is right.
//!
//! | variable | meaning | default |
//! |---|---|---|
//! | `DRIFTLESS_FAULT_ROUNDS` | kills of driftless, for each engine | 20 |
//! | `DRIFTLESS_FAULT_SEED` | where the random moments begin | 1 |

#[path = "../support/mod.rs"]
mod support;

mod concurrent;
mod kill;
mod proxy;
mod random;
mod signals;
mod slow;
mod state;
mod trial;
