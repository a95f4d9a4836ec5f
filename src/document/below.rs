//! Files below a root: what a changelog names is read and written there, and nowhere else.

use std::fs::{self, File};
use std::io::{Error, ErrorKind, Result};
use std::path::{Component, Path, PathBuf};

/// The largest text that is held in memory: a file of SQL, a record of a file of rows; in bytes.
pub const LARGEST_TEXT: u64 = 64 * 1024 * 1024;

/// Opens a file below a root, to be read. A link may lead anywhere below the root, not out of it; a pipe or a device is
/// refused before it is opened, since it could keep whoever reads it for ever.
pub fn open_below(root: &Path, path: &str) -> Result<File> {
    check_parts(path)?;
    let real = inside(root, &root.join(path))?;
    let kind = fs::metadata(&real)?;
    if kind.is_dir() {
        return Err(Error::from(ErrorKind::IsADirectory));
    }
    if !kind.is_file() {
        return Err(Error::other("it is neither a file nor a folder"));
    }
    File::open(real)
}

/// The path of a file below a root that is to be written, its folders made where they are missing.
pub fn place_below(root: &Path, path: &str) -> Result<PathBuf> {
    check_parts(path)?;
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let mut at = root.to_path_buf();
    for folder in folders.split('/').filter(|folder| !folder.is_empty()) {
        at.push(folder);
        // A link to what is not there is no folder that is missing.
        if fs::symlink_metadata(&at).is_err_and(|error| error.kind() == ErrorKind::NotFound) {
            fs::create_dir(&at)?;
        }
        inside(root, &at)?;
    }
    Ok(at.join(name))
}

/// Where a path leads, links followed; an error where that is not below the root.
pub fn inside(root: &Path, path: &Path) -> Result<PathBuf> {
    let real = path.canonicalize()?;
    // The empty path is the current folder.
    match real.starts_with(root.join(".").canonicalize()?) {
        true => Ok(real),
        false => Err(Error::other("it leads out of the changelog's folder by a link")),
    }
}

/// The names of a file, links followed: of what it is, and of where it stands. Two paths with a name in common are one file,
/// or one place for a file that is not there yet.
pub fn real_names(path: &Path) -> Vec<PathBuf> {
    let mut names: Vec<PathBuf> = path.canonicalize().into_iter().collect();
    let folder = path.parent().unwrap_or(Path::new("")).join(".").canonicalize();
    if let (Ok(folder), Some(name)) = (folder, path.file_name()) {
        names.push(folder.join(name));
    }
    names
}

/// What is kept in a history names files, too: nobody has looked at these.
fn check_parts(path: &str) -> Result<()> {
    let is_plain = |part| matches!(part, Component::Normal(_) | Component::CurDir);
    match Path::new(path).components().all(is_plain) && !path.contains('\0') {
        true => Ok(()),
        false => Err(Error::other("it is not a path below the changelog's folder")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_one_name_by_whichever_links() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        fs::write(at("a.txt"), "").expect("a file");
        std::os::unix::fs::symlink("a.txt", at("link.txt")).expect("a link");
        std::os::unix::fs::symlink(".", at("here")).expect("a link");
        let is_same = |left: &str, right: &str| {
            let right = real_names(&at(right));
            real_names(&at(left)).iter().any(|name| right.contains(name))
        };
        assert!(is_same("a.txt", "here/./a.txt") && is_same("a.txt", "link.txt"));
        assert!(is_same("b.txt", "here/b.txt") && is_same("link.txt", "here/link.txt"));
        assert!(!is_same("a.txt", "b.txt"));
    }

    #[test]
    fn what_climbs_or_is_absolute_is_never_opened() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        assert!(open_below(&root, "lib.rs").is_ok());
        assert!(open_below(&root, "./document/../lib.rs").is_err());
        for path in ["../Cargo.toml", "/etc/passwd", "document/../../Cargo.toml", "a\0b"] {
            assert!(open_below(&root, path).is_err(), "{path}");
            assert!(place_below(&root, path).is_err(), "{path}");
        }
        assert_eq!(
            open_below(&root, "document").map(|_| ()).unwrap_err().kind(),
            ErrorKind::IsADirectory
        );
    }
}
