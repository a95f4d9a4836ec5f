//! Files written over: whole or not at all.

use std::fs;
use std::io::Write;
use std::path::Path;

/// Writes a text in the place of a file, whose permissions stay. Who reads it meanwhile gets the old text or the new one.
/// Where there is none it is made.
pub(super) fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    if fs::symlink_metadata(path).is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound) {
        return fs::write(path, text);
    }
    // A link stays one: what it leads to is written.
    let real = path.canonicalize()?;
    let permissions = fs::metadata(&real)?.permissions();
    if permissions.readonly() {
        return Err(std::io::ErrorKind::PermissionDenied.into());
    }
    let folder = real.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".driftless-").tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(permissions)?;
    file.as_file().sync_all()?;
    file.persist(&real)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_there_is_made() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.yaml");
        replace(&file, "a").expect("written");
        assert_eq!(fs::read_to_string(&file).expect("a text"), "a");
        assert!(replace(&folder.path().join("none/a.yaml"), "a").is_err());
    }

    #[test]
    fn links_and_permissions_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().expect("a folder");
        let (file, link) = (folder.path().join("a.yaml"), folder.path().join("b.yaml"));
        fs::write(&file, "a").expect("a file");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("permissions");
        symlink("a.yaml", &link).expect("a link");
        replace(&link, "b").expect("written");
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&file).expect("a text"), "b");
        assert_eq!(fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o640);
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 2);
    }
}
