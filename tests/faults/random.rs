//! Random moments that can be had again: from a seed, which every failure tells.

use std::time::Duration;

/// SplitMix64: enough to spread kills, and the same on every machine.
pub struct Random(u64);

/// The number of a variable of the environment.
pub fn number(name: &str, default: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")),
        Err(_) => default,
    }
}

pub fn seed() -> u64 {
    number("DRIFTLESS_FAULT_SEED", 1)
}

impl Random {
    /// The numbers of one round of one test: each round can be had alone.
    pub fn of(engine: &str, round: u64) -> Random {
        let name = engine
            .bytes()
            .fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        let mut random = Random(seed() ^ name.rotate_left(32) ^ round.wrapping_mul(0x2545_f491_4f6c_dd1d));
        random.next();
        random
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub fn between(&mut self, from: Duration, to: Duration) -> Duration {
        let span = to.saturating_sub(from).as_nanos() as u64;
        from + Duration::from_nanos(self.below(span.max(1)))
    }
}
