//! Measures loading a file of a million rows: `load_data` against the engine's own way into a table made alike.
//!
//! `DRIFTLESS_BENCH_ROWS=1000000 cargo bench --bench load [-- --rounds N --engine NAME]`, with the servers' variables of
//! `tests/run --servers-only` in the environment. The two take turns, on databases made anew; the figures are medians of
//! the rounds, the ratio is the median of the rounds' own ratios. CPU is the client's, so on SQLite the engine's too. At
//! the end twice the rows are loaded once, which shows whether memory grows with them.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

mod support;

use support::{Database, Figures, Random, measure, median};

const FILE: &str = "rows.csv";
const TWICE: &str = "twice.csv";

const CREATE: &str = "changesets:
  - id: table
    author: bench
    operations:
      - create_table:
          table: loaded
          columns:
            - { name: id, type: bigint, primary_key: true }
            - { name: name, type: varchar(100), nullable: false }
            - { name: amount, type: 'decimal(10,2)' }
            - { name: weight, type: double }
            - { name: active, type: boolean }
            - { name: born, type: date }
            - { name: made, type: timestamp }
            - { name: note, type: text }
";

fn main() {
    let rows = std::env::var("DRIFTLESS_BENCH_ROWS").map_or(1_000_000, |text| text.parse().expect("a number of rows"));
    let mut rounds = 5;
    let mut engines: Vec<String> = ["postgres", "sqlite", "mariadb", "mysql"].map(String::from).into();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().expect("a value");
        match argument.as_str() {
            "--rounds" => rounds = value().parse().expect("a number"),
            "--engine" => engines = vec![value()],
            _ => {}
        }
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    write_rows(&folder.path().join(FILE), rows);
    write_rows(&folder.path().join(TWICE), 2 * rows);
    println!(
        "| {rows} rows into | driftless wall s (cpu s, peak MiB) | its own client wall s (cpu s, peak MiB) | ratio (all) \
         | twice the rows: peak MiB |"
    );
    println!("| --- | --- | --- | --- | --- |");
    for engine in engines {
        measure_engine(&engine, folder.path(), rounds);
    }
}

fn measure_engine(engine: &str, folder: &Path, rounds: usize) {
    let (mut ours, mut own) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let (figures, loaded) = with_table(engine, folder, |database| {
            let _on = matches!(engine, "mariadb" | "mysql").then(|| LocalFiles::on(database));
            measure(&mut by_itself(database, engine, folder))
        });
        own.push(figures);
        let (figures, ours_loaded) = with_table(engine, folder, |database| by_driftless(database, folder, FILE));
        ours.push(figures);
        assert_eq!(ours_loaded, loaded, "{engine}: not the same rows");
    }
    let (twice, _) = with_table(engine, folder, |database| by_driftless(database, folder, TWICE));
    let mut ratios: Vec<f64> = ours.iter().zip(&own).map(|(ours, own)| ours.wall / own.wall).collect();
    ratios.sort_by(f64::total_cmp);
    let all: Vec<String> = ratios.iter().map(|ratio| format!("{ratio:.2}")).collect();
    println!(
        "| {engine} | {} | {} | {:.2} ({}) | {:.0} |",
        medians(&ours),
        medians(&own),
        median(ratios.iter().copied()),
        all.join(", "),
        twice.peak_mib,
    );
}

fn medians(runs: &[Figures]) -> String {
    let of = |figure: fn(&Figures) -> f64| median(runs.iter().map(figure));
    let (wall, cpu, peak) = (of(|run| run.wall), of(|run| run.cpu), of(|run| run.peak_mib));
    format!("{wall:.2} ({cpu:.2}, {peak:.0})")
}

/// Makes the table, has it filled, and says what is in it then.
fn with_table(engine: &str, folder: &Path, fill: impl FnOnce(&Database) -> Figures) -> (Figures, String) {
    let database = Database::new(engine, folder);
    fs::write(folder.join("changelog.yaml"), CREATE).expect("the changelog");
    up(&database, folder);
    let figures = fill(&database);
    let length = if engine == "postgres" { "octet_length" } else { "length" };
    let sum = format!("SELECT count(*), sum(id), sum({length}(name)), sum(amount), sum({length}(note)) FROM loaded");
    (figures, database.ask(&database.url, &sum))
}

fn by_driftless(database: &Database, folder: &Path, file: &str) -> Figures {
    let load = "  - id: rows\n    author: bench\n    operations:\n      - load_data:\n          table: loaded\n          file:";
    fs::write(folder.join("changelog.yaml"), format!("{CREATE}{load} {file}\n")).expect("the changelog");
    up(database, folder)
}

fn up(database: &Database, folder: &Path) -> Figures {
    let mut command = Command::new(PathBuf::from(env!("CARGO_BIN_EXE_driftless")));
    measure(command.current_dir(folder).args(["up", "--url", &database.url]))
}

/// The engine's own client, and what it is to do.
fn by_itself(database: &Database, engine: &str, folder: &Path) -> Command {
    let mut command = database.client();
    command.current_dir(folder);
    match engine {
        "sqlite" => command.args([".mode csv", &format!(".import --skip 1 {FILE} loaded")]),
        "postgres" => command.args(["-c", &format!(r"\copy loaded from '{FILE}' csv header")]),
        _ => command.args(["--local-infile=1", "-e", &load_data_local()]),
    };
    command
}

fn load_data_local() -> String {
    format!(
        r#"LOAD DATA LOCAL INFILE '{FILE}' INTO TABLE loaded CHARACTER SET utf8mb4
           FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '"' ESCAPED BY '' LINES TERMINATED BY '\n' IGNORE 1 LINES"#
    )
}

/// The server's switch for `LOAD DATA LOCAL`, as it was before when this is dropped.
struct LocalFiles<'a> {
    database: &'a Database,
    before: String,
}

impl LocalFiles<'_> {
    fn on(database: &Database) -> LocalFiles<'_> {
        let before = database.ask(&database.url, "SELECT @@GLOBAL.local_infile");
        database.ask(&database.url, "SET GLOBAL local_infile = 1");
        LocalFiles { database, before }
    }
}

impl Drop for LocalFiles<'_> {
    fn drop(&mut self) {
        self.database.ask(
            &self.database.url,
            &format!("SET GLOBAL local_infile = {}", self.before),
        );
    }
}

/// Rows without NULL, which the clients read differently; quotes, commas and other letters are in each thousandth.
fn write_rows(path: &Path, rows: usize) {
    let mut out = BufWriter::new(fs::File::create(path).expect("the file"));
    let mut random = Random(1);
    let mut line = String::from("id,name,amount,weight,active,born,made,note\n");
    for id in 1..=rows {
        out.write_all(line.as_bytes()).expect("a line");
        line.clear();
        let mut below = |limit| random.below(limit);
        let _ = write!(
            line,
            "{id},name {},{}.{:02},",
            below(1_000_000),
            below(100_000),
            below(100)
        );
        let _ = write!(line, "{}.{},{},", below(1000), 1 + below(9999), below(2));
        let _ = write!(line, "{}-{:02}-{:02},", 1950 + below(70), 1 + below(12), 1 + below(28));
        let _ = write!(line, "{}-{:02}-{:02} ", 2000 + below(25), 1 + below(12), 1 + below(28));
        let _ = write!(line, "{:02}:{:02}:{:02},", below(24), below(60), below(60));
        let _ = match below(1000) {
            0 => writeln!(line, "\"straße, \"\"日本\"\", of row {id}\""),
            words => writeln!(line, "a note of row {id} with {words} more words in it"),
        };
    }
    out.write_all(line.as_bytes()).expect("a line");
    out.flush().expect("the file");
}
