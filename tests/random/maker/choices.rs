//! The numbers that a step is made of.

/// The numbers of one step, taken one after the other; then zeros.
pub struct Choices<'a> {
    pub left: &'a [u16],
}

impl Choices<'_> {
    pub fn below(&mut self, count: usize) -> usize {
        let Some((first, rest)) = self.left.split_first() else {
            return 0;
        };
        self.left = rest;
        usize::from(*first) % count.max(1)
    }

    pub fn one<'b, T>(&mut self, all: &'b [T]) -> Option<&'b T> {
        match all.is_empty() {
            true => None,
            false => all.get(self.below(all.len())),
        }
    }

    pub fn chance(&mut self, percent: usize) -> bool {
        // Nought, which everything shrinks to, says no.
        self.below(100) >= 100 - percent
    }
}
