//! What two runs compete for: one history table in one database.

use sha2::{Digest, Sha256};

/// The name of a lock, of the same value for whoever would write the same history table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LockKey([u8; 16]);

impl LockKey {
    /// A lock for the history table `table` in `schema` of `database`.
    pub fn new(database: &str, schema: &str, table: &str) -> LockKey {
        let mut hash = Sha256::new();
        for part in ["driftless", database, schema, table] {
            // With its length, so that no two different names read the same.
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let digest = hash.finalize();
        let mut key = [0; 16];
        key.copy_from_slice(&digest[..16]);
        LockKey(key)
    }

    /// For PostgreSQL's advisory locks, which are of one database.
    pub(super) fn number(&self) -> i64 {
        let mut first = [0; 8];
        first.copy_from_slice(&self.0[..8]);
        i64::from_be_bytes(first)
    }

    /// Which of the rows of `pg_locks`, called `l`, is this lock: it shows the number as two halves, and the lock as of one
    /// database.
    pub(super) fn in_pg_locks(&self) -> String {
        let number = self.number() as u64;
        format!(
            "l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 \
             AND l.classid::bigint = {} AND l.objid::bigint = {} \
             AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            number >> 32,
            number & 0xffff_ffff,
        )
    }

    /// How PostgreSQL lists the session of the run that has the lock.
    pub(super) fn application_name(&self) -> String {
        let digits: String = self.0[..4].iter().map(|byte| format!("{byte:02x}")).collect();
        format!("driftless {digits}")
    }

    /// For MySQL's `GET_LOCK`, which is server-wide and takes at most 64 characters.
    pub(super) fn name(&self) -> String {
        let digits: String = self.0.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("driftless_{digits}")
    }
}

#[cfg(test)]
mod tests {
    use super::LockKey;

    #[test]
    fn is_of_one_history_table() {
        let key = LockKey::new("shop", "public", "driftless_history");
        assert_eq!(key, LockKey::new("shop", "public", "driftless_history"));
        for other in [
            LockKey::new("shop2", "public", "driftless_history"),
            LockKey::new("shop", "private", "driftless_history"),
            LockKey::new("shop", "public", "other_history"),
            LockKey::new("shopp", "ublic", "driftless_history"),
        ] {
            assert_ne!(key.number(), other.number());
            assert_ne!(key.name(), other.name());
        }
    }

    #[test]
    fn stays_the_same_between_versions_of_driftless() {
        let key = LockKey::new("shop", "public", "driftless_history");
        assert_eq!(key.name(), "driftless_c739331fc5fb85b604426fd05e1ce026");
        assert_eq!(key.number(), -4_091_182_574_930_786_890);
        assert!(key.name().len() <= 64);
    }
}
