//! The corpus of the fuzz targets, replayed: nothing panics, and nothing takes long. Then a few changes of each file.

#[path = "../fuzz/targets.rs"]
mod targets;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};

/// What one input may take, in a build without optimisation on a busy machine.
const LONGEST: Duration = Duration::from_secs(20);

/// Changed copies of each file; `DRIFTLESS_FUZZ_CASES` says how many else.
const CASES: usize = 5;

/// Larger files are replayed as they are.
const LARGEST_CHANGED: usize = 16 * 1024;

/// Files of the repository that a target takes beside its corpus: an extension, and the folders.
const SEEDS: [(&str, &str, &[&str]); 4] = [
    ("loader", "yaml", &["changelogs"]),
    ("checksum", "yaml", &["changelogs"]),
    ("plan", "yaml", &["changelogs"]),
    ("splitter", "sql", &["changelogs", "tests"]),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => files_below(&path, found),
            false => found.push(path),
        }
    }
}

/// The inputs of a target, by what they are called.
fn inputs(target: &str) -> Vec<(String, Vec<u8>)> {
    let mut paths = Vec::new();
    files_below(&root().join("fuzz/corpus").join(target), &mut paths);
    for (_, extension, folders) in SEEDS.iter().filter(|(name, ..)| *name == target) {
        let mut seeds = Vec::new();
        for folder in *folders {
            files_below(&root().join(folder), &mut seeds);
        }
        seeds.retain(|path| path.extension().is_some_and(|found| found == *extension));
        paths.extend(seeds);
    }
    paths.sort();
    let mut all: Vec<(String, Vec<u8>)> = paths
        .into_iter()
        .map(|path| (path.display().to_string(), std::fs::read(&path).expect("a file")))
        .collect();
    if matches!(target, "loader" | "checksum" | "plan") {
        all.extend(pages());
    }
    all
}

/// The changelogs of the pages.
fn pages() -> Vec<(String, Vec<u8>)> {
    let mut paths = Vec::new();
    files_below(&root().join("tests/operations"), &mut paths);
    files_below(&root().join("tests/diagnostics"), &mut paths);
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("a page");
            let (_, after) = text.split_once("```yaml\n").expect("a page has a changelog");
            let (changelog, _) = after.split_once("\n```").expect("a block ends");
            (path.display().to_string(), format!("{changelog}\n").into_bytes())
        })
        .collect()
}

/// Runs a target on a thread of its own, as small as that of a program, and measures it.
fn try_one(name: &str, target: targets::Target, input: &[u8]) -> Result<(), String> {
    let started = Instant::now();
    let result = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(8 * 1024 * 1024);
        thread.spawn_scoped(scope, || target(input)).expect("a thread").join()
    });
    let took = started.elapsed();
    if let Err(why) = result {
        let why = why.downcast_ref::<String>().cloned().unwrap_or_default();
        return Err(format!(
            "{name}: {why}\n{:?}",
            String::from_utf8_lossy(&input[..input.len().min(2000)])
        ));
    }
    match took > LONGEST {
        true => Err(format!("{name} took {took:?}")),
        false => Ok(()),
    }
}

#[test]
fn every_target_has_a_corpus_and_a_fuzz_target() {
    for (name, _) in targets::ALL {
        let target = root().join("fuzz/fuzz_targets").join(name).with_extension("rs");
        assert!(target.exists(), "{} is missing", target.display());
        let mut corpus = Vec::new();
        files_below(&root().join("fuzz/corpus").join(name), &mut corpus);
        assert!(!corpus.is_empty(), "fuzz/corpus/{name} is empty");
    }
}

#[test]
fn the_corpus_is_replayed() {
    targets::prepare();
    let mut wrong = Vec::new();
    for (target, function) in targets::ALL {
        for (name, input) in inputs(target) {
            wrong.extend(try_one(&format!("{target}: {name}"), function, &input).err());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Some of what the fuzzer would try, always the same.
#[test]
fn changed_copies_of_the_corpus_do_no_harm() {
    targets::prepare();
    let only = std::env::var("DRIFTLESS_FUZZ_TARGET").ok();
    let cases = std::env::var("DRIFTLESS_FUZZ_CASES").ok();
    let cases: usize = cases.and_then(|text| text.parse().ok()).unwrap_or(CASES);
    let seed = std::env::var("DRIFTLESS_FUZZ_SEED")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(7_u8);
    let mut wrong = Vec::new();
    for (target, function) in targets::ALL {
        if only.as_ref().is_some_and(|only| only != target) {
            continue;
        }
        let mut random = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
        let all = inputs(target);
        for (name, input) in &all {
            if input.len() > LARGEST_CHANGED {
                continue;
            }
            for _ in 0..cases {
                let other = &all[random.next_u32() as usize % all.len()].1;
                let changed = changed(input, other, &mut random);
                wrong.extend(try_one(&format!("{target}: {name}, changed"), function, &changed).err());
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// What breaks readers: of YAML, of SQL, of parameters.
const PIECES: [&str; 40] = [
    "'",
    "\"",
    "`",
    "$$",
    "$a$",
    "/*",
    "*/",
    "--",
    "#",
    ";",
    "\n",
    "\r\n",
    "\t",
    "\0",
    "\u{feff}",
    "é",
    "\u{10ffff}",
    "${a}",
    "$${",
    "${",
    "}",
    "[",
    "]",
    "{",
    ": ",
    "- ",
    "&a ",
    "*a",
    "<<: ",
    "|\n",
    ">-\n",
    "!!binary ",
    "? ",
    "~",
    "-9999999999999999999999",
    "1e999",
    ".nan",
    "DELIMITER ",
    "BEGIN ",
    "END ",
];

fn changed(input: &[u8], other: &[u8], random: &mut TestRng) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..1 + random.next_u32() % 3 {
        let mut below = |limit: usize| random.next_u32() as usize % limit.max(1);
        let (from, length) = (below(bytes.len() + 1), 1 + below(20));
        let to = (from + length).min(bytes.len());
        match below(6) {
            0 => drop(bytes.drain(from..to)),
            1 => {
                let copy = bytes[from..to].to_vec();
                let at = below(bytes.len() + 1);
                bytes.splice(at..at, copy);
            }
            2 => {
                let start = below(other.len() + 1);
                let end = (start + below(60)).min(other.len());
                bytes.splice(from..to, other[start..end].iter().copied());
            }
            3 if from < bytes.len() => bytes[from] = below(256) as u8,
            4 => bytes.truncate(from),
            _ => {
                let piece = PIECES[below(PIECES.len())];
                bytes.splice(from..from, piece.bytes());
            }
        }
    }
    bytes
}
