//! Faults, made for real: driftless and its servers killed, connections cut, locks held, disks full. After each of them
//! nothing is lost, and running it again is right.
//!
//! | variable | meaning | default |
//! |---|---|---|
//! | `DRIFTLESS_FAULT_ROUNDS` | kills of driftless, for each engine | 20 |
//! | `DRIFTLESS_FAULT_SERVER_ROUNDS` | kills of each server | 5 |
//! | `DRIFTLESS_FAULT_CUTS` | cuts of the connection, in each direction on each server; `all`: after each message in turn | 12 |
//! | `DRIFTLESS_FAULT_CONCURRENT` | times that ten runners start at once | 3 |
//! | `DRIFTLESS_FAULT_SEED` | where the random moments begin | 1 |

#[path = "../support/mod.rs"]
mod support;

mod concurrent;
mod holder;
mod kill;
mod locks;
mod lost;
mod proxy;
mod random;
mod server;
mod signals;
mod slow;
mod state;
mod trial;
mod world;
