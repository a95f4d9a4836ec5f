//! The lock between runs on an SQLite file: SQLite's own lock goes with each transaction, and a run is many.
//!
//! It is a lock of the operating system on a file beside the database, which goes with the process, whatever ends it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind as IoErrorKind, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::error::{Error, ErrorKind};

/// The lock, held until it is dropped.
#[derive(Debug)]
pub(super) struct FileLock {
    file: File,
    path: PathBuf,
}

/// What came of taking it.
#[derive(Debug)]
pub(super) enum Attempt {
    Ours(FileLock),
    /// Somebody else has it.
    Taken,
    /// Nothing can be written there, so nobody can.
    NotHere,
}

/// The file beside a database that is locked.
pub(super) fn beside(database: &Path) -> PathBuf {
    let mut name = database.file_name().unwrap_or_default().to_os_string();
    name.push("-driftless");
    database.with_file_name(name)
}

impl FileLock {
    /// Takes the lock.
    pub fn attempt(path: &Path) -> Result<Attempt, Error> {
        loop {
            let opened = OpenOptions::new().create(true).truncate(false).write(true).open(path);
            let file = match opened {
                Ok(file) => file,
                // Nor can SQLite write there.
                Err(error)
                    if matches!(
                        error.kind(),
                        IoErrorKind::PermissionDenied | IoErrorKind::ReadOnlyFilesystem
                    ) =>
                {
                    return Ok(Attempt::NotHere);
                }
                Err(error) => return Err(failed(path, &error)),
            };
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(Attempt::Taken),
                Err(TryLockError::Error(error)) => return Err(failed(path, &error)),
            }
            // Whoever had it before may have removed the file that was opened.
            let opened = file.metadata().map_err(|error| failed(path, &error))?;
            let is_the_same =
                std::fs::metadata(path).is_ok_and(|found| (found.dev(), found.ino()) == (opened.dev(), opened.ino()));
            if is_the_same {
                // For who waits; the lock is the same without it.
                let _ = file
                    .set_len(0)
                    .and_then(|()| (&file).write_all(std::process::id().to_string().as_bytes()));
                let path = path.to_path_buf();
                return Ok(Attempt::Ours(FileLock { file, path }));
            }
        }
    }
}

impl FileLock {
    /// Whether somebody has it.
    pub fn is_held(path: &Path) -> bool {
        File::open(path).is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }

    /// The number of the process that has it, where it says so.
    pub fn holder(path: &Path) -> Option<u32> {
        std::fs::read_to_string(path).ok()?.trim().parse().ok()
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        // Removed while it is held: who opens it now makes another one. Where that fails it stays, which does no harm.
        let _ = std::fs::remove_file(&self.path);
        let _ = self.file.unlock();
    }
}

fn failed(path: &Path, error: &std::io::Error) -> Error {
    let message = format!("the lock `{}` cannot be taken: {error}", path.display());
    Error::new(ErrorKind::Lock, message).with_hint("a run needs to write beside the database, as SQLite does")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_has_it_and_nothing_is_left() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = beside(&folder.path().join("app.db"));
        let held = FileLock::attempt(&path).expect("it can be made");
        assert!(matches!(held, Attempt::Ours(_)));
        assert!(matches!(FileLock::attempt(&path), Ok(Attempt::Taken)));
        assert!(FileLock::is_held(&path));
        assert_eq!(FileLock::holder(&path), Some(std::process::id()));
        drop(held);
        assert!(!path.exists());
        assert!(!FileLock::is_held(&path));
        assert!(matches!(FileLock::attempt(&path), Ok(Attempt::Ours(_))));
    }
}
