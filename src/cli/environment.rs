//! `.env`: variables of the environment from a file, where the environment has none of the name.

use std::env;
use std::path::{Path, PathBuf};

use super::Exit;

/// Why a file cannot be read, with its line where it has one. What stands there is not shown: it may be a secret.
pub(super) struct Broken {
    pub message: String,
}

/// Reads `.env` of this folder, then that of the configuration's. A missing file is fine.
///
/// Called before there are other threads, and before anything looks at the environment.
pub(super) fn read_env_files() -> Result<(), Broken> {
    read(Path::new(".env"))?;
    match config_folder() {
        Some(folder) if folder != Path::new("") && folder != Path::new(".") => read(&folder.join(".env")),
        _ => Ok(()),
    }
}

/// The folder of the configuration that the command line or the environment names: before the command line is read.
fn config_folder() -> Option<PathBuf> {
    let named = on_command_line("--config").or_else(|| env::var("DRIFTLESS_CONFIG").ok())?;
    Path::new(&named).parent().map(Path::to_path_buf)
}

/// What the command line itself says of an option, whatever a variable says.
pub(super) fn on_command_line(option: &str) -> Option<String> {
    let arguments: Vec<String> = env::args_os()
        .map(|argument| argument.to_string_lossy().into_owned())
        .take_while(|argument| argument != "--")
        .collect();
    let named = |(at, argument): (usize, &String)| match argument.strip_prefix(option)? {
        "" => arguments.get(at + 1).cloned(),
        rest => rest.strip_prefix('=').map(str::to_string),
    };
    arguments.iter().enumerate().rev().find_map(named)
}

fn read(path: &Path) -> Result<(), Broken> {
    // A folder of this name is something else.
    if !path.is_file() {
        return Ok(());
    }
    let shown = path.display();
    let failed = |error: dotenvy::Error| Broken {
        message: match &error {
            dotenvy::Error::LineParse(line, _) => match line_of(path, line) {
                Some(number) => format!("`{shown}` cannot be read: line {number} is not `NAME=value`"),
                None => format!("`{shown}` cannot be read: a line is not `NAME=value`"),
            },
            other => format!("`{shown}` cannot be read: {other}"),
        },
    };
    let bytes = std::fs::read(path).map_err(|error| failed(dotenvy::Error::Io(error)))?;
    let text = std::str::from_utf8(&bytes).map_err(|error| {
        let before = bytes[..error.valid_up_to()].iter();
        let line = before.filter(|byte| **byte == b'\n').count() + 1;
        let message = format!("`{shown}` cannot be read: line {line} is not UTF-8");
        Broken { message }
    })?;
    let text = text.trim_start_matches('\u{feff}');
    // All of it or nothing.
    for pair in dotenvy::from_read_iter(text.as_bytes()) {
        pair.map_err(failed)?;
    }
    dotenvy::from_read(text.as_bytes()).map_err(failed)
}

/// Where a line, or the end of one, or the first of several in quotes, stands in a file.
fn line_of(path: &Path, line: &str) -> Option<usize> {
    let text = std::fs::read_to_string(path).ok()?;
    let first = line.lines().next()?.trim_end();
    let at = text.lines().position(|known| known.trim_end().ends_with(first))?;
    Some(at + 1)
}

impl Broken {
    pub const CODE: &'static str = "env-file";
    pub const EXIT: Exit = Exit::Usage;
    pub const HELP: &'static str = "it is a text in UTF-8, with lines of `NAME=value`; a value with blanks, `#`, `$` or quotes stands in single quotes: \
                                    `NAME='a value'`";
}
