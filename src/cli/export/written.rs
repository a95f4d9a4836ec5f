//! A folder of exported files: written into one that is empty or not there, all of them or none.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::super::output::{Output, good, plural};
use super::super::written_files::{make, take_back};
use super::super::{Exit, Failure};
use crate::changelog::reason;

/// Refuses a folder that has something in it.
pub(super) fn refuse_filled(folder: &Path, output: &Output) -> Result<(), Failure> {
    let shown = folder.display();
    let refuse = |message: String| {
        let help = "an export overwrites nothing: name another `--folder`, or empty this one";
        Err(output.refuse(Exit::Usage, "exists", message, Some(help)))
    };
    match std::fs::read_dir(folder) {
        Ok(mut entries) => match entries.next() {
            Some(_) => refuse(format!("`{shown}` has files in it already")),
            None => Ok(()),
        },
        Err(_) if folder.exists() => refuse(format!("`{shown}` is no folder")),
        Err(_) => Ok(()),
    }
}

/// Writes the files, by their paths below the folder; the paths as a person calls them.
pub(super) fn write_all(
    folder: &Path,
    files: &BTreeMap<String, String>,
    output: &Output,
) -> Result<Vec<String>, Failure> {
    let mut done = Vec::new();
    let mut written = Vec::new();
    for (path, text) in files {
        let place: PathBuf = folder.join(path);
        if let Err(error) = make(&place, text, &mut done) {
            take_back(done);
            let message = format!("cannot write `{}`: {}", place.display(), reason(&error));
            return Err(output.refuse(Exit::Failed, "unwritable", message, Some("nothing was written")));
        }
        written.push(place.display().to_string());
    }
    output.say(format!(
        "{} {} to {}",
        good("wrote"),
        plural(written.len(), "file"),
        folder.display()
    ));
    Ok(written)
}
