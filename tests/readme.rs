//! The README and the handbook hold what they say: their commands run, their examples are valid, what they show is
//! what the program prints, their links lead somewhere.
//!
//! What stands behind the opening fence of a block says what is done with it:
//!
//! | fence | |
//! | --- | --- |
//! | `sh run`, `sh run exit=6` | run in the page's own temporary folder; it ends with 0, or as said |
//! | `text output`, `json output` | what the run before it printed, but for times and names |
//! | `text help=up` | what `driftless help up` prints, without the options of every command (`help=`: `driftless --help`) |
//! | `yaml file=a/b.yaml` | written to that file; a `*` stands for what the one file there has in its place |
//! | `yaml` | a changelog: it is valid on every dialect |
//! | `yaml config` | a configuration: it is valid |
//! | `sh` | shown only: commands for a clone, or for servers |
//! | `text`, `sql`, `json`, `csv` | shown only |
//!
//! `DRIFTLESS_BLESS=1` writes what is found into the pages.

mod page;

use std::path::{Path, PathBuf};
use std::process::Command;

use driftless::dialect::{Dialect, TypeForm};
use driftless::model::{Base, Type};
use page::{Block, Page, is_blessing};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_driftless");

/// What a block that is shown only may begin a line with.
const SHOWN: [&str; 9] = [
    "cargo ",
    "./tests/run",
    "tests/run",
    "mdbook ",
    "DRIFTLESS_",
    "driftless ",
    "psql ",
    "sqlite3 ",
    "mariadb ",
];

#[test]
fn the_readme_does_what_it_says() {
    hold(&[read("README.md")]);
}

#[test]
fn the_handbook_does_what_it_says() {
    hold(&handbook());
}

#[test]
fn links_lead_somewhere() {
    let mut wrong = Vec::new();
    for page in documents() {
        let folder = page.path.parent().expect("a file stands in a folder").to_path_buf();
        for target in links(&page.text) {
            let path = target.split('#').next().unwrap_or_default();
            let elsewhere = path.is_empty() || path.starts_with("http://") || path.starts_with("https://");
            if !elsewhere && !folder.join(path).exists() {
                wrong.push(format!("{}: {target}", page.name));
            }
        }
    }
    assert!(wrong.is_empty(), "links that lead nowhere:\n{}", wrong.join("\n"));
}

#[test]
fn every_page_stands_in_the_summary() {
    let summary = read("docs/src/SUMMARY.md");
    let listed = links(&summary.text);
    for page in handbook() {
        let file = page.path.file_name().expect("a name").to_string_lossy().into_owned();
        assert!(
            file == "SUMMARY.md" || listed.contains(&file),
            "{} is not in the summary",
            page.name
        );
    }
}

#[test]
fn nothing_that_can_be_written_is_left_out() {
    let readme = read("README.md");
    let operations = read("docs/src/operations.md");
    let changelog = read("docs/src/changelog.md");
    let configuration = read("docs/src/configuration.md");
    let mut missing = Vec::new();
    let mut demand = |page: &Page, word: &str| {
        if !page.text.contains(&format!("`{word}")) {
            missing.push(format!("{}: `{word}`", page.name));
        }
    };
    for key in driftless::operation::KEYS {
        let row = format!("\n| `{key}` |");
        assert!(
            readme.text.matches(&row).count() <= 1,
            "README.md: `{key}` has two rows"
        );
        demand(&readme, key);
        demand(&operations, key);
    }
    for key in keys(&driftless::changelog::changelog_schema(), "Changeset") {
        demand(&readme, &key);
        demand(&changelog, &key);
    }
    for name in ["Environment", "HistoryTable", "Timeouts"] {
        keys(&driftless::changelog::config_schema(), name)
            .iter()
            .for_each(|key| demand(&configuration, key));
    }
    for command in commands() {
        demand(&readme, &command);
        demand(&read("docs/src/commands.md"), &command);
    }
    assert!(missing.is_empty(), "not told of:\n{}", missing.join("\n"));
}

#[test]
fn tables_of_dialects_are_those_of_their_files() {
    let page = read("docs/src/types.md");
    let text = section(&page.text, "types", &types_table());
    let text = section(&text, "functions", &functions_table());
    if text == page.text {
        return;
    }
    assert!(
        is_blessing(),
        "{}: the tables are not those of dialects/*.yaml:\n{text}",
        page.name
    );
    std::fs::write(&page.path, text).expect("the page can be written");
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> Page {
    let path = root().join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
    Page {
        name: name.into(),
        path,
        text,
    }
}

fn handbook() -> Vec<Page> {
    let entries = std::fs::read_dir(root().join("docs/src")).expect("docs/src");
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".md")).collect();
    names.sort();
    names.iter().map(|name| read(&format!("docs/src/{name}"))).collect()
}

fn documents() -> Vec<Page> {
    let mut pages = vec![read("README.md"), read("CONTRIBUTING.md"), read("CHANGELOG.md")];
    pages.extend(handbook());
    pages
}

/// Holds each page against the program, or writes what is found into it.
fn hold(pages: &[Page]) {
    let mut wrong = Vec::new();
    for page in pages {
        let mut session = Session::new();
        let mut found: Vec<(usize, usize, String)> = Vec::new();
        for block in page.blocks() {
            match session.block(&block) {
                Ok(None) => {}
                Ok(Some(text)) => {
                    let start = block.text.as_ptr() as usize - page.text.as_ptr() as usize;
                    found.push((start, start + block.text.len(), text));
                }
                Err(why) => wrong.push(format!("{}, `{}`:\n{}\n{why}", page.name, block.info, block.text)),
            }
        }
        if found.is_empty() {
            continue;
        }
        if !is_blessing() {
            let all = found.iter().map(|(start, end, text)| {
                format!(
                    "{}: the page says\n{}\nand it is\n{text}",
                    page.name,
                    &page.text[*start..*end]
                )
            });
            wrong.extend(all);
            continue;
        }
        let mut text = page.text.clone();
        for (start, end, new) in found.into_iter().rev() {
            text.replace_range(start..end, &new);
        }
        std::fs::write(&page.path, text).expect("the page can be written");
    }
    assert!(
        wrong.is_empty(),
        "{}\n\n(DRIFTLESS_BLESS=1 writes what is found)",
        wrong.join("\n\n")
    );
}

/// A reader at work: a folder, where in it they are, and what they saw last.
struct Session {
    folder: TempDir,
    current: PathBuf,
    seen: Option<String>,
}

impl Session {
    fn new() -> Session {
        let folder = tempfile::tempdir().expect("a folder for a while");
        let current = folder.path().join("work");
        std::fs::create_dir(&current).expect("a folder in it");
        Session {
            folder,
            current,
            seen: None,
        }
    }

    /// Does what a block says; a text that should stand in its place.
    fn block(&mut self, block: &Block<'_>) -> Result<Option<String>, String> {
        let (kind, rest) = block.info.split_once(' ').unwrap_or((block.info, ""));
        match (kind, rest) {
            ("sh", "") => shown_only(block.text),
            ("sh", rest) if rest.starts_with("run") => self.run(block.text, rest),
            ("text" | "json", "output") => self.compare(block.text),
            ("yaml", "") => self.validate(&["--changelog", "example.yaml"], &[("example.yaml", block.text)]),
            ("yaml", "config") => {
                let files = [
                    ("example.yaml", "changesets: []\n"),
                    ("example-config.yaml", block.text),
                ];
                self.validate(
                    &["--config", "example-config.yaml", "--changelog", "example.yaml"],
                    &files,
                )
            }
            (_, rest) if rest.starts_with("file=") => self.write(&rest["file=".len()..], block.text),
            ("text", rest) if rest.starts_with("help=") => {
                let command = &rest["help=".len()..];
                let (_, text) = self.shell(&format!("driftless {command} --help"))?;
                let own = text
                    .split_once("\nOptions of every command:")
                    .filter(|_| !command.is_empty());
                let text = own.map_or(text.as_str(), |(own, _)| own).to_string();
                Ok((text != block.text).then_some(text))
            }
            ("text" | "sql" | "json" | "csv", "") => Ok(None),
            _ => Err("the fence says nothing that this test knows".into()),
        }
    }

    /// A script, in the folder that the one before it ended in; its exit code and what it printed.
    fn shell(&mut self, script: &str) -> Result<(i32, String), String> {
        let place = self.folder.path().join("place");
        let script = format!("exec 2>&1\nset -e\n{script}\npwd > '{}'\n", place.display());
        let programs = Path::new(PROGRAM).parent().expect("a folder of programs");
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = Command::new("sh");
        command
            .args(["-c", &script])
            .current_dir(&self.current)
            .env("PATH", format!("{}:{path}", programs.display()));
        command.env("COLUMNS", "100");
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("DRIFTLESS_") {
                command.env_remove(name);
            }
        }
        let output = command
            .output()
            .map_err(|error| format!("there is no shell: {error}"))?;
        if let Ok(current) = std::fs::read_to_string(&place) {
            self.current = PathBuf::from(current.trim_end());
        }
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok((output.status.code().unwrap_or(-1), text))
    }

    fn run(&mut self, script: &str, how: &str) -> Result<Option<String>, String> {
        let wanted = match how.strip_prefix("run exit=") {
            Some(code) => code.parse().map_err(|_| format!("`{code}` is no exit code"))?,
            None => 0,
        };
        let (code, text) = self.shell(script)?;
        if code != wanted {
            return Err(format!("it ended with {code}:\n{text}"));
        }
        // Lines that are empty at the end of a diagnostic stand there for the one that follows.
        self.seen = Some(format!("{}\n", text.trim_end()));
        Ok(None)
    }

    fn compare(&mut self, text: &str) -> Result<Option<String>, String> {
        let seen = self.seen.clone().ok_or("nothing was run before it")?;
        Ok((normal(&seen) != normal(text)).then_some(seen))
    }

    fn validate(&mut self, arguments: &[&str], files: &[(&str, &str)]) -> Result<Option<String>, String> {
        for (name, text) in files {
            self.write(name, text)?;
        }
        let (code, text) = self.shell(&format!("driftless validate {}", arguments.join(" ")))?;
        for (name, _) in files {
            std::fs::remove_file(self.current.join(name)).map_err(|error| error.to_string())?;
        }
        match code {
            0 => Ok(None),
            _ => Err(text),
        }
    }

    fn write(&mut self, name: &str, text: &str) -> Result<Option<String>, String> {
        let path = match name.split_once('*') {
            Some((_, tail)) => {
                let folder = self.current.join(name).parent().expect("a folder").to_path_buf();
                let entries = std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
                let all = entries.filter_map(|entry| Some(entry.ok()?.path()));
                let found: Vec<PathBuf> = all.filter(|path| path.to_string_lossy().ends_with(tail)).collect();
                let [path] = found.as_slice() else {
                    return Err(format!("{} files are called so", found.len()));
                };
                path.clone()
            }
            None => self.current.join(name),
        };
        let parent = path.parent().expect("a file stands in a folder");
        let written = std::fs::create_dir_all(parent).and_then(|()| std::fs::write(&path, text));
        written
            .map(|()| None)
            .map_err(|error| format!("{}: {error}", path.display()))
    }
}

fn shown_only(text: &str) -> Result<Option<String>, String> {
    let strange = text
        .lines()
        .find(|line| !line.is_empty() && !SHOWN.iter().any(|word| line.starts_with(word)));
    match strange {
        None => Ok(None),
        Some(line) => Err(format!("say `sh run` where `{line}` can be run")),
    }
}

/// A text without what differs from run to run: durations, times, who ran it.
fn normal(text: &str) -> String {
    let lines = text.trim_end().lines().map(|line| {
        let words: Vec<&str> = line.split(' ').collect();
        let words = words.iter().enumerate().map(|(at, word)| {
            let next = words.get(at + 1).map_or("", |next| next.trim_end_matches([')', ',']));
            let before = if at == 0 { "" } else { words[at - 1] };
            let number = word.trim_start_matches('(');
            let is_number = number.starts_with(|c: char| c.is_ascii_digit());
            match () {
                () if is_number && matches!(next, "ms" | "s") => "N".to_string(),
                () if matches!(before, "\"duration_ms\":" | "\"milliseconds\":") => "N".to_string(),
                () if is_time(word.trim_matches(['"', ','])) => "TIME".to_string(),
                () if before == "by" || before == "\"run_by\":" => "SOMEBODY".to_string(),
                () => without_stamp(word),
            }
        });
        words.collect::<Vec<_>>().join(" ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// `2024-12-31T23:59:59.123Z`
fn is_time(word: &str) -> bool {
    word.len() >= 20
        && word.ends_with('Z')
        && word[..4].bytes().all(|byte| byte.is_ascii_digit())
        && word.as_bytes()[10] == b'T'
}

/// Fourteen digits in a row are the time in the name of a file.
fn without_stamp(word: &str) -> String {
    let digits = |from: usize| word[from..].bytes().take_while(u8::is_ascii_digit).count();
    let starts = word.char_indices().map(|(at, _)| at);
    match starts.into_iter().find(|at| digits(*at) == 14) {
        Some(at) => format!("{}STAMP{}", &word[..at], &word[at + 14..]),
        None => word.to_string(),
    }
}

/// Where the links of a page lead, those inside code left out.
fn links(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut in_code = false;
    for line in text.lines() {
        in_code ^= line.starts_with("```");
        if in_code {
            continue;
        }
        for (at, _) in line.match_indices("](") {
            if let Some((target, _)) = line[at + 2..].split_once(')') {
                found.push(target.to_string());
            }
        }
    }
    found
}

/// The keys of a definition in a JSON Schema.
fn keys(schema: &serde_json::Value, name: &str) -> Vec<String> {
    let definition = &schema["$defs"][name];
    let properties = definition["properties"]
        .as_object()
        .unwrap_or_else(|| panic!("the schema has no `{name}`"));
    properties.keys().cloned().collect()
}

/// The commands that `driftless --help` lists.
fn commands() -> Vec<String> {
    let (_, text) = Session::new().shell("driftless --help").expect("the program runs");
    let (_, list) = text.split_once("Commands:\n").expect("a list of commands");
    let lines = list.lines().take_while(|line| !line.is_empty());
    let names = lines.filter_map(|line| line.strip_prefix("  ")?.split_once(' ').map(|(name, _)| name));
    names
        .filter(|name| !name.is_empty() && *name != "help")
        .map(str::to_string)
        .collect()
}

/// A page with the part between two comments replaced.
fn section(text: &str, name: &str, table: &str) -> String {
    let (begin, end) = (format!("<!-- {name}: begin -->\n"), format!("<!-- {name}: end -->"));
    let (head, rest) = text
        .split_once(&begin)
        .unwrap_or_else(|| panic!("there is no `{begin}`"));
    let (_, tail) = rest.split_once(&end).unwrap_or_else(|| panic!("there is no `{end}`"));
    format!("{head}{begin}{table}{end}{tail}")
}

fn types_table() -> String {
    let cell = |dialect: Dialect, name: &str| {
        let form = dialect.facts().types.get(name).cloned().flatten()?;
        Some(form_text(&form, name == "enum" || name.parse::<Type>().is_ok()))
    };
    table("portable", cell, Base::names())
}

fn functions_table() -> String {
    let names = ["now", "current_date", "uuid"].into_iter();
    table(
        "`{fn: …}`",
        |dialect, name| {
            dialect
                .facts()
                .functions
                .get(name)
                .map(|text| code(&text.replace("({p})", "")))
        },
        names,
    )
}

fn table<'a>(
    first: &str,
    cell: impl Fn(Dialect, &str) -> Option<String>,
    names: impl Iterator<Item = &'a str>,
) -> String {
    let titles: Vec<&str> = Dialect::all().map(|dialect| dialect.facts().title.as_str()).collect();
    let mut text = format!(
        "| {first} | {} |\n|{}\n",
        titles.join(" | "),
        " --- |".repeat(titles.len() + 1)
    );
    for name in names {
        let cells: Vec<String> = Dialect::all()
            .map(|dialect| cell(dialect, name).unwrap_or("none".into()))
            .collect();
        text += &format!("| `{name}` | {} |\n", cells.join(" | "));
    }
    text
}

/// All forms of a type, by the number of its sizes; the first only where the type can be written without one.
fn form_text(form: &TypeForm, bare: bool) -> String {
    let forms = [Some(&form.bare).filter(|_| bare), form.one.as_ref(), form.two.as_ref()];
    let mut texts: Vec<String> = Vec::new();
    for form in forms.into_iter().flatten() {
        let text = code(&form.replace("{p}", "p").replace("{s}", "s"));
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts.join(", ")
}

/// A text as code in a table's cell.
fn code(text: &str) -> String {
    format!("`{}`", text.replace('|', "\\|").replace("{values}", "…"))
}

#[test]
fn every_promise_names_tests_that_there_are() {
    fn sources(folder: &Path, text: &mut String) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                sources(&path, text);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                *text += &std::fs::read_to_string(&path).expect("a source");
            }
        }
    }
    let mut tests = String::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests"), &mut tests);
    let page = read("docs/src/promises.md");
    let named: Vec<&str> = page
        .text
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|name| name.contains('_') && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'))
        .filter(|name| !name.starts_with("innodb"))
        .collect();
    assert!(named.len() > 30, "the page names {} tests", named.len());
    for name in named {
        assert!(
            tests.contains(&format!("#[test]\nfn {name}()")),
            "there is no test `{name}`"
        );
    }
}
