//! Measures what users wait for: nothing to do, a fresh apply against the raw client, validation of a large changelog.
//!
//! `cargo bench --bench workload [-- --changesets N --rounds N]`, with the servers' variables of `tests/run
//! --servers-only` in the environment. Each round runs the tools in turn on databases made anew; the figures are
//! medians, the ratios medians of the rounds' own ratios. CPU is the client's, not the server's.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

mod support;
#[allow(dead_code, reason = "the ways back are for `peers`")]
#[path = "support/workload.rs"]
mod workload;

use support::{Database, Figures, measure, median};
use workload::Workload;

struct Options {
    changesets: usize,
    rounds: usize,
}

fn main() {
    let mut options = Options {
        changesets: 1000,
        rounds: 5,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || arguments.next().and_then(|text| text.parse().ok()).expect("a number");
        match argument.as_str() {
            "--changesets" => options.changesets = number(),
            "--rounds" => options.rounds = number(),
            _ => {}
        }
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let driftless = PathBuf::from(env!("CARGO_BIN_EXE_driftless"));
    println!("| what | engine | driftless wall s (cpu s, peak MiB) | raw client wall s (cpu s) | ratio |");
    println!("| --- | --- | --- | --- | --- |");
    for engine in ["sqlite", "postgres", "mariadb", "mysql"] {
        engine_rows(&options, folder.path(), &driftless, engine);
    }
    validate_row(&options, folder.path(), &driftless);
    for engine in ["sqlite", "postgres"] {
        long_history_rows(&options, folder.path(), &driftless, engine);
    }
    dependency_rows(&options, folder.path(), &driftless);
}

fn engine_rows(options: &Options, folder: &Path, driftless: &Path, engine: &str) {
    let count = options.changesets;
    let work = Workload::new(count, engine);
    let folder = folder.join(engine);
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("changelog.yaml"), work.yaml()).expect("the changelog");
    fs::write(folder.join("raw.sql"), work.raw(engine)).expect("the raw script");
    let (mut ours, mut raw, mut noop) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        let database = Database::new(engine, &folder);
        let input = fs::File::open(folder.join("raw.sql")).expect("the script");
        raw.push(measure(database.client().stdin(input)));
        drop(database);
        let database = Database::new(engine, &folder);
        let up = || {
            let mut command = Command::new(driftless);
            command.current_dir(&folder).args(["up", "--url", &database.url]);
            measure(&mut command)
        };
        ours.push(up());
        noop.push(up());
    }
    let ratio = median(ours.iter().zip(&raw).map(|(ours, raw)| ours.wall / raw.wall));
    row(&format!("apply {count}"), engine, &ours, Some((&raw, ratio)));
    row(&format!("nothing to do, {count} applied"), engine, &noop, None);
}

fn validate_row(options: &Options, folder: &Path, driftless: &Path) {
    let folder = folder.join("validate");
    fs::create_dir_all(&folder).expect("a folder");
    let text = Workload::new(10_000, "postgres").yaml();
    let size = text.len() as f64 / 1e6;
    fs::write(folder.join("changelog.yaml"), text).expect("the changelog");
    let runs: Vec<Figures> = (0..options.rounds)
        .map(|_| {
            measure(
                Command::new(driftless)
                    .current_dir(&folder)
                    .args(["validate", "--dialect", "postgres"]),
            )
        })
        .collect();
    row(&format!("validate 10,000 ({size:.1} MB)"), "postgres", &runs, None);
    let runs: Vec<Figures> = (0..options.rounds)
        .map(|_| measure(Command::new(driftless).current_dir(&folder).args(["validate"])))
        .collect();
    row(&format!("validate 10,000 ({size:.1} MB)"), "all four", &runs, None);
}

/// A database that 10,000 changesets were applied to: what is pending, and what would be done.
fn long_history_rows(options: &Options, folder: &Path, driftless: &Path, engine: &str) {
    let folder = folder.join(format!("long-{engine}"));
    fs::create_dir_all(&folder).expect("a folder");
    let more = "  - id: one-more\n    operations:\n      - create_table: { table: one_more, columns: [{ name: id, type: int }] }\n";
    let text = Workload::new(10_000, engine).yaml();
    fs::write(folder.join("changelog.yaml"), &text).expect("the changelog");
    let database = Database::new(engine, &folder);
    let run = |command: &str| {
        let mut program = Command::new(driftless);
        program.current_dir(&folder).args([command, "--url", &database.url]);
        measure(&mut program)
    };
    let rounds = |command: &str| (0..options.rounds).map(|_| run(command)).collect::<Vec<Figures>>();
    run("up");
    row("status, 10,000 applied", engine, &rounds("status"), None);
    row("plan, 10,000 applied", engine, &rounds("plan"), None);
    fs::write(folder.join("changelog.yaml"), text + more).expect("the changelog");
    row("plan, 10,000 applied and one pending", engine, &rounds("plan"), None);
}

/// The order of 10,000 changesets, each of which depends on another one, beside the same without.
fn dependency_rows(options: &Options, folder: &Path, driftless: &Path) {
    let folder = folder.join("dependencies");
    fs::create_dir_all(&folder).expect("a folder");
    let plain = Workload::new(10_000, "postgres").yaml();
    // A row of data has an `id` too, further to the right.
    let mut parts = plain.split("\n  - id: ");
    let mut linked = parts.next().expect("what stands before the first").to_string();
    let mut before: Option<String> = None;
    for part in parts {
        let (id, rest) = part.split_once('\n').expect("a line");
        linked += &match &before {
            Some(before) => format!("\n  - id: {id}\n    depends_on: [{before}]\n{rest}"),
            None => format!("\n  - id: {part}"),
        };
        before = Some(id.to_string());
    }
    for (what, text) in [
        ("graph of 10,000", plain),
        ("graph of 10,000, each with `depends_on`", linked),
    ] {
        fs::write(folder.join("changelog.yaml"), text).expect("the changelog");
        let graph = || {
            measure(
                Command::new(driftless)
                    .current_dir(&folder)
                    .args(["graph", "--format", "json"]),
            )
        };
        let runs: Vec<Figures> = (0..options.rounds).map(|_| graph()).collect();
        row(what, "-", &runs, None);
    }
}

fn row(what: &str, engine: &str, ours: &[Figures], raw: Option<(&[Figures], f64)>) {
    let wall = |runs: &[Figures]| median(runs.iter().map(|run| run.wall));
    let cpu = |runs: &[Figures]| median(runs.iter().map(|run| run.cpu));
    let peak = median(ours.iter().map(|run| run.peak_mib));
    let (raw_text, ratio) = match raw {
        Some((raw, ratio)) => (format!("{:.3} ({:.3})", wall(raw), cpu(raw)), format!("{ratio:.2}")),
        None => ("-".into(), "-".into()),
    };
    println!(
        "| {what} | {engine} | {:.3} ({:.3}, {peak:.0}) | {raw_text} | {ratio} |",
        wall(ours),
        cpu(ours)
    );
}
