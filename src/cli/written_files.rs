//! Files written and moved together: all of them, or none.

use std::fs;
use std::io::{Error, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::replace::replace;
use crate::changelog::{Folder, Rewriting};

/// What was done to files, to be taken back from its end.
pub(super) enum Done {
    MadeFolder(PathBuf),
    Made(PathBuf),
    Moved(PathBuf, PathBuf),
    /// A file with the text that it had.
    Changed(PathBuf, String),
}

/// Writes the files of a rewriting: new ones first, then what was there is moved and changed. Where something fails
/// everything is as it was.
pub(super) fn put_in_place(folder: &Folder, rewriting: &Rewriting) -> Result<Vec<Done>, (String, Error)> {
    let mut done = Vec::new();
    match put(folder, rewriting, &mut done) {
        Ok(()) => Ok(done),
        Err(failed) => {
            take_back(done);
            Err(failed)
        }
    }
}

fn put(folder: &Folder, rewriting: &Rewriting, done: &mut Vec<Done>) -> Result<(), (String, Error)> {
    let moved_to = |path: &String| rewriting.moved.iter().any(|(_, to)| to == path);
    let texts = rewriting.files.iter().filter(|(path, _)| !moved_to(path));
    let texts = texts.filter_map(|(path, text)| Some((path, text.as_ref()?)));
    let (there, new): (Vec<_>, Vec<_>) = texts.partition(|(path, _)| folder.on_disk(path).exists());
    for (path, text) in new {
        let failed = |error| (path.clone(), error);
        let place = place(folder, path).map_err(failed)?;
        make(&place, text, done).map_err(failed)?;
    }
    for (from, to) in &rewriting.moved {
        let failed = |error| (to.clone(), error);
        let (source, goal) = (place(folder, from).map_err(failed)?, place(folder, to).map_err(failed)?);
        make_folders(&goal, done).map_err(failed)?;
        if goal.exists() {
            return Err(failed(Error::from(ErrorKind::AlreadyExists)));
        }
        fs::rename(&source, &goal).map_err(failed)?;
        done.push(Done::Moved(source, goal));
    }
    for (path, text) in there {
        let failed = |error| (path.clone(), error);
        let place = place(folder, path).map_err(failed)?;
        let before = fs::read_to_string(&place).map_err(failed)?;
        replace(&place, text).map_err(failed)?;
        done.push(Done::Changed(place, before));
    }
    Ok(())
}

/// Writes a file that is not there, with the folders above it.
pub(super) fn make(place: &Path, text: &str, done: &mut Vec<Done>) -> Result<(), Error> {
    make_folders(place, done)?;
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(place)?;
    done.push(Done::Made(place.to_path_buf()));
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Takes back what was done, as far as it can be.
pub(super) fn take_back(done: Vec<Done>) {
    for step in done.into_iter().rev() {
        // What cannot be taken back is there for a person to see: nothing is lost by it.
        let _ = match step {
            Done::MadeFolder(path) => fs::remove_dir(path),
            Done::Made(path) => fs::remove_file(path),
            Done::Moved(from, to) => fs::rename(to, from),
            Done::Changed(path, text) => replace(&path, &text),
        };
    }
}

/// Where a path below the root is; no link leads out of it.
fn place(folder: &Folder, path: &str) -> Result<PathBuf, Error> {
    let path = folder.resolve("", path).map_err(Error::other)?;
    Ok(folder.on_disk(&path))
}

fn make_folders(file: &Path, done: &mut Vec<Done>) -> Result<(), Error> {
    let Some(parent) = file.parent() else {
        return Ok(());
    };
    let is_missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
    let missing: Vec<&Path> = parent.ancestors().take_while(is_missing).collect();
    for folder in missing.into_iter().rev() {
        match fs::create_dir(folder) {
            Ok(()) => done.push(Done::MadeFolder(folder.to_path_buf())),
            // Another one made it meanwhile.
            Err(_) if folder.is_dir() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
