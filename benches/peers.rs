//! Measures driftless beside other tools that migrate schemas, and beside the engine's own client.
//!
//! `cargo bench --bench peers [-- --changesets 100,1000 --engines sqlite,postgres,mariadb,mysql --rounds N
//! --slow-rounds N --tools raw,driftless,dbmate,sqlx,refinery,alembic,liquibase]`, with the servers' variables of
//! `tests/run --servers-only` in the environment. The tools are those of `benches/install-peers`, in `target/peers/bin`
//! or the folder that `DRIFTLESS_BENCH_PEERS` names, or else on the PATH.
//!
//! In each round the tools take turns at each task, on databases made anew, and each round begins with another of them.
//! The figures are medians, the ratios medians of the rounds' own ratios. CPU is the client's with its children, the
//! peak that of the largest process. What is slow takes part in the first rounds only. After each task the tables are
//! counted.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

mod support;
#[path = "support/peers/mod.rs"]
mod tools;
#[path = "support/workload.rs"]
mod workload;

use support::{Database, Figures, measure, median, try_measure};
use tools::{Peer, Site, Task};
use workload::Workload;

/// A run that takes longer makes its tool a slow one, in seconds.
const SLOW: f64 = 10.0;

struct Options {
    changesets: Vec<usize>,
    engines: Vec<String>,
    rounds: usize,
    slow_rounds: usize,
    /// None for all.
    tools: Option<Vec<String>>,
}

fn main() {
    let options = options();
    let tools = wanted(&options);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut lacking = BTreeMap::new();
    println!("| what | engine | tool | rounds | wall s | cpu s | peak MiB | ratio |");
    println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
    for &count in &options.changesets {
        for engine in &options.engines {
            let folder = folder.path().join(format!("{engine}_{count}"));
            let mut contest = Contest::new(&tools, engine, count, &folder);
            contest.run(&options);
            contest.print();
            contest.note_lacking(&mut lacking);
            fs::remove_dir_all(folder).expect("the folder");
        }
    }
    println!("\nThe ratio is to `raw` for apply and down, to `driftless` for the others.");
    let least = measure(&mut Command::new("true")).peak_mib;
    println!("No peak is below {least:.0} MiB, which is what this program has when it starts another.");
    for (tool, tasks) in lacking {
        println!("{tool} has no single command for: {}.", tasks.join("; "));
    }
}

fn options() -> Options {
    let list = |text: &str| -> Vec<String> { text.split(',').map(String::from).collect() };
    let mut options = Options {
        changesets: vec![100, 1000],
        engines: list("sqlite,postgres,mariadb,mysql"),
        rounds: 5,
        slow_rounds: 2,
        tools: None,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().expect("a value");
        let number = |text: &str| text.parse().expect("a number");
        match argument.as_str() {
            "--changesets" => options.changesets = list(&value()).iter().map(|text| number(text)).collect(),
            "--engines" => options.engines = list(&value()),
            "--rounds" => options.rounds = number(&value()),
            "--slow-rounds" => options.slow_rounds = number(&value()),
            "--tools" => options.tools = Some(list(&value())),
            _ => {}
        }
    }
    options
}

/// A peer, and where it is.
struct Tool {
    peer: Box<dyn Peer>,
    program: PathBuf,
}

/// Those that are wanted and there. What is missing is said.
fn wanted(options: &Options) -> Vec<Tool> {
    let all = tools::all();
    for name in options.tools.iter().flatten() {
        assert!(all.iter().any(|peer| peer.name() == name), "no tool is called {name}");
    }
    let mut tools = Vec::new();
    for peer in all {
        let name = peer.name();
        if options
            .tools
            .as_ref()
            .is_some_and(|names| !names.iter().any(|wanted| wanted == name))
        {
            println!("{name}: left out, as asked for\n");
            continue;
        }
        match peer.program() {
            Some(program) => {
                println!("{name}: {}\n", version(name, &program));
                tools.push(Tool { peer, program });
            }
            None => println!("{name}: MISSING (see benches/install-peers)\n"),
        }
    }
    tools
}

/// The line in which a program tells its name and version.
fn version(name: &str, program: &Path) -> String {
    if name == "raw" {
        return "the engine's own client".into();
    }
    let output = Command::new(program).arg("--version").stdin(Stdio::null()).output();
    let said = output.map_or(String::new(), |output| {
        String::from_utf8_lossy(&output.stdout).into_owned()
    });
    let mut lines = said.lines().filter(|line| line.to_lowercase().starts_with(name));
    lines.next_back().unwrap_or("version unknown").to_string()
}

/// The tools at one number of changesets on one engine.
struct Contest<'a> {
    engine: &'a str,
    count: usize,
    work: Workload,
    entrants: Vec<Entrant<'a>>,
}

struct Entrant<'a> {
    tool: &'a Tool,
    folder: PathBuf,
    is_slow: bool,
    results: [Outcome; Task::ALL.len()],
}

/// What came of a task, over all rounds.
enum Outcome {
    /// By the round's number.
    Ran(BTreeMap<usize, Figures>),
    Failed,
    Lacking,
}

impl<'a> Contest<'a> {
    fn new(tools: &'a [Tool], engine: &'a str, count: usize, folder: &Path) -> Contest<'a> {
        let work = Workload::new(count, engine);
        let entrants = tools.iter().map(|tool| {
            let folder = folder.join(tool.peer.name());
            fs::create_dir_all(&folder).expect("a folder");
            tool.peer.write(&work, engine, &folder);
            Entrant {
                tool,
                folder,
                is_slow: tool.peer.is_slow(),
                results: Task::ALL.map(|_| Outcome::Ran(BTreeMap::new())),
            }
        });
        Contest {
            engine,
            count,
            entrants: entrants.collect(),
            work,
        }
    }

    fn run(&mut self, options: &Options) {
        for round in 0..options.rounds {
            let order = self.order(round, options.slow_rounds);
            if order.is_empty() {
                return;
            }
            eprintln!("{}, {} changesets, round {}", self.engine, self.count, round + 1);
            for &at in &order {
                let database = Database::new(self.engine, &self.entrants[at].folder);
                self.take(at, Task::Script, round, &database);
            }
            let databases: Vec<(usize, Database)> = order
                .iter()
                .map(|&at| (at, Database::new(self.engine, &self.entrants[at].folder)))
                .collect();
            for task in [Task::Apply, Task::Again, Task::Status, Task::Down] {
                for (at, database) in &databases {
                    self.take(*at, task, round, database);
                }
            }
        }
    }

    /// Who takes part in a round, and in which order. What the others are compared with is there as long as any is.
    fn order(&self, round: usize, slow_rounds: usize) -> Vec<usize> {
        let goes_on = |entrant: &Entrant| !entrant.is_slow || round < slow_rounds;
        let is_reference = |entrant: &Entrant| matches!(entrant.tool.peer.name(), "raw" | "driftless");
        let any = self.entrants.iter().any(goes_on);
        let mut order: Vec<usize> = (0..self.entrants.len())
            .filter(|&at| {
                let entrant = &self.entrants[at];
                goes_on(entrant) || any && is_reference(entrant)
            })
            .collect();
        let turned = round % order.len().max(1);
        order.rotate_left(turned);
        order
    }

    fn take(&mut self, at: usize, task: Task, round: usize, database: &Database) {
        let entrant = &mut self.entrants[at];
        if !matches!(entrant.results[task as usize], Outcome::Ran(_)) {
            return;
        }
        let site = Site {
            program: &entrant.tool.program,
            engine: self.engine,
            folder: &entrant.folder,
            database,
            count: self.count,
        };
        let peer = &entrant.tool.peer;
        let Some(mut command) = peer.command(task, &site) else {
            entrant.results[task as usize] = Outcome::Lacking;
            return;
        };
        let is_applied = matches!(entrant.results[Task::Apply as usize], Outcome::Ran(_));
        if !is_applied && task != Task::Script {
            return;
        }
        let expected = match task {
            Task::Script | Task::Down => 0,
            Task::Apply | Task::Again | Task::Status => self.work.tables(),
        };
        let measured = measure_all(&mut command, peer.repeats(task, self.count)).and_then(|figures| {
            let there = tables(database, self.engine);
            if there == expected {
                Ok(figures)
            } else {
                Err(format!("{there} tables are there, not {expected}"))
            }
        });
        match (measured, &mut entrant.results[task as usize]) {
            (Ok(figures), Outcome::Ran(runs)) => {
                entrant.is_slow |= figures.wall > SLOW;
                runs.insert(round, figures);
            }
            (Ok(_), _) => {}
            (Err(said), outcome) => {
                eprintln!(
                    "{} on {}, {} failed: {said}",
                    peer.name(),
                    self.engine,
                    task.told(self.count)
                );
                *outcome = Outcome::Failed;
            }
        }
    }

    fn print(&self) {
        for task in Task::ALL {
            let reference = self
                .entrants
                .iter()
                .find(|entrant| entrant.tool.peer.name() == task.reference());
            let reference = reference.map(|entrant| &entrant.results[task as usize]);
            for entrant in &self.entrants {
                let figures = match &entrant.results[task as usize] {
                    Outcome::Ran(runs) if runs.is_empty() => "0 | not applied | - | - | -".into(),
                    Outcome::Ran(runs) => cells(runs, reference),
                    Outcome::Failed => "0 | failed | - | - | -".into(),
                    Outcome::Lacking => continue,
                };
                let (told, name) = (task.told(self.count), entrant.tool.peer.name());
                println!("| {told} | {} | {name} | {figures} |", self.engine);
            }
        }
    }

    fn note_lacking(&self, lacking: &mut BTreeMap<&str, Vec<String>>) {
        for entrant in &self.entrants {
            for task in Task::ALL {
                let told = task.told(self.count);
                let tasks = lacking.entry(entrant.tool.peer.name()).or_default();
                if matches!(entrant.results[task as usize], Outcome::Lacking) && !tasks.contains(&told) {
                    tasks.push(told);
                }
            }
        }
        lacking.retain(|_, tasks| !tasks.is_empty());
    }
}

/// The sum of as many runs.
fn measure_all(command: &mut Command, times: usize) -> Result<Figures, String> {
    let mut sum = try_measure(command)?;
    for _ in 1..times {
        let next = try_measure(command)?;
        sum.wall += next.wall;
        sum.cpu += next.cpu;
        sum.peak_mib = sum.peak_mib.max(next.peak_mib);
    }
    Ok(sum)
}

fn cells(runs: &BTreeMap<usize, Figures>, reference: Option<&Outcome>) -> String {
    let of = |figure: fn(&Figures) -> f64| median(runs.values().map(figure));
    let (wall, cpu, peak) = (of(|run| run.wall), of(|run| run.cpu), of(|run| run.peak_mib));
    let ratios: Vec<f64> = match reference {
        Some(Outcome::Ran(reference)) => runs
            .iter()
            .filter_map(|(round, run)| Some(run.wall / reference.get(round)?.wall))
            .collect(),
        _ => Vec::new(),
    };
    let ratio = if ratios.is_empty() {
        "-".into()
    } else {
        format!("{:.2}", median(ratios.into_iter()))
    };
    format!("{} | {wall:.3} | {cpu:.3} | {peak:.0} | {ratio}", runs.len())
}

/// How many of the workload's tables are there.
fn tables(database: &Database, engine: &str) -> usize {
    let from = match engine {
        "sqlite" => "(SELECT name AS table_name FROM sqlite_master WHERE type = 'table') AS tables",
        "postgres" => "information_schema.tables WHERE table_schema = 'public'",
        _ => "information_schema.tables WHERE table_schema = database()",
    };
    let count =
        format!("SELECT count(*) FROM (SELECT table_name AS name FROM {from}) AS t WHERE substr(name, 1, 2) = 't_'");
    database.ask(&database.url, &count).parse().expect("a number")
}
