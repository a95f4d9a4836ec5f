//! Makes a changelog out of numbers: each says which operation comes next, and on what. What an operation needs is looked
//! up in the schema as it stands; one that driftless refuses there is left out.
//!
//! | file | makes |
//! | --- | --- |
//! | `tables`, `columns`, `keys` | tables and what belongs to them |
//! | `views`, `types`, `code`, `rights` | other objects |
//! | `rows` | what puts rows in, changes them and takes them out |
//! | `control` | what looks on, and the same operations in other forms: raw SQL, `only` |

mod choices;
mod code;
mod columns;
mod control;
mod keys;
mod rights;
mod rows;
mod tables;
mod types;
mod values;
mod views;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use driftless::diagnostic::Severity;
use driftless::dialect::{Dialect, Family, NameCase, ObjectName, Target};
use driftless::model::{Catalog, Change, Column, Object, ObjectKind, Table};
use driftless::operation::{Context, NamedFile, Operation, Resolve, Uncertain};
use driftless::render::{Statement, qualified, render};
use serde_json::{Value, json};

use choices::Choices;

/// Names that a careless tool stumbles over.
const NAMES: [&str; 26] = [
    "order",
    "Group",
    "select",
    "user",
    "we\"ird",
    "it's",
    "back`tick",
    "two words",
    "naïve",
    "ÜBER",
    "日本",
    "semi;colon",
    "a.b",
    "per%cent",
    "dash-ed",
    "q?mark",
    "colon:ed",
    "slash/ed",
    "CamelCase",
    "table",
    "x",
    "1st",
    "_under",
    "hash#tag",
    "dollar$",
    "name",
];

/// So many letters make a name as long as any engine takes, with the number at its end.
const LONGEST: usize = 63;

/// A row as it was put in: its values by column.
type Row = BTreeMap<String, Value>;

/// A made changelog.
pub struct Made {
    pub changelog: String,
    /// The keys of its operations, those inside of `only` as well.
    pub keys: BTreeSet<&'static str>,
}

pub struct Maker {
    target: Target,
    catalog: Catalog,
    /// The schema before the last changeset, and the changes of it so far.
    before: Catalog,
    changes: Vec<Change>,
    changesets: Vec<Vec<Value>>,
    keys: BTreeSet<&'static str>,
    /// The rows of each table, by its full name.
    rows: HashMap<String, Vec<Row>>,
    /// The tables that others referred to at any time: what referred to their rows may come back on the way down.
    referred: BTreeSet<String>,
    /// The columns, each with its table, that a key, a reference or NOT NULL held at any time.
    keyed: BTreeSet<(String, String)>,
    /// What its operations name, with the text of each.
    files: BTreeMap<String, (NamedFile, String)>,
    count: usize,
}

impl Maker {
    pub fn new(target: Target) -> Maker {
        Maker {
            catalog: Catalog::new(target.clone()),
            before: Catalog::new(target.clone()),
            target,
            changes: Vec::new(),
            changesets: Vec::new(),
            keys: BTreeSet::new(),
            rows: HashMap::new(),
            referred: BTreeSet::new(),
            keyed: BTreeSet::new(),
            files: BTreeMap::new(),
            count: 0,
        }
    }

    /// The changelog, as JSON, which is YAML too: one changeset a line, behind the files that it names.
    pub fn made(self) -> Made {
        let mut changelog = String::new();
        for (path, (_, text)) in &self.files {
            changelog += &format!("{FILE}{path} {}\n", json!(text));
        }
        changelog += "changesets:\n";
        for (at, operations) in self.changesets.iter().enumerate() {
            changelog += &format!("  - {}\n", json!({ "id": format!("c{at}"), "operations": operations }));
        }
        Made {
            changelog,
            keys: self.keys,
        }
    }

    /// One more operation, before which rows may be put in.
    pub fn step(&mut self, numbers: &[u16]) {
        let mut choices = Choices { left: numbers };
        let wanted = choices.below(KINDS.len());
        let together = choices.chance(25);
        if choices.chance(60) {
            self.attempt(Maker::insert, &mut choices, false);
        }
        let kind = match self.catalog.tables().count() {
            0 => Maker::create_table,
            _ => KINDS[wanted],
        };
        self.attempt(kind, &mut choices, together);
    }

    /// Makes an operation of a kind; what it says of rows counts only where it is taken.
    fn attempt(&mut self, kind: Kind, choices: &mut Choices<'_>, together: bool) -> bool {
        let rows = self.rows.clone();
        let Some(operation) = kind(self, choices) else {
            self.rows = rows;
            return false;
        };
        let own = self.rows.clone();
        self.rows = rows;
        let taken = self.offer_with(operation, together, Some(own));
        if !taken {
            let named = json!(self.changesets).to_string();
            self.files.retain(|path, _| named.contains(path.as_str()));
        }
        taken
    }

    /// Takes an operation where driftless does; `together` with the one before, in one changeset.
    fn offer(&mut self, operation: Value, together: bool) -> bool {
        self.offer_with(operation, together, None)
    }

    fn offer_with(&mut self, operation: Value, together: bool, rows: Option<HashMap<String, Vec<Row>>>) -> bool {
        let Some((read, changes)) = self.resolved(&operation, false) else {
            return false;
        };
        let together = together && !self.changesets.is_empty();
        let (from, all) = match together {
            true => (
                self.before.clone(),
                self.changes.iter().chain(&changes).cloned().collect(),
            ),
            false => (self.catalog.clone(), changes.clone()),
        };
        let Some((after, _)) = rendered(&from, &all) else {
            return false;
        };
        if let Some(rows) = rows {
            self.rows = rows;
        }
        for change in &changes {
            self.follow(change);
        }
        (self.before, self.changes, self.catalog) = (from, all, after);
        self.note_keys();
        self.note(&read);
        match together {
            true => self.changesets.last_mut().expect("one before").push(operation),
            false => self.changesets.push(vec![operation]),
        }
        true
    }

    fn note_keys(&mut self) {
        for table in self.tables() {
            for foreign in &table.foreign_keys {
                self.referred.insert(foreign.references.to_string());
            }
            let name = table.name.to_string();
            let is_keyed = |column: &&Column| {
                !column.nullable
                    || keys::is_in_a_key(&table, &column.name)
                    || keys::is_referenced(&self.catalog, &table, &column.name)
                    || table
                        .foreign_keys
                        .iter()
                        .any(|foreign| foreign.columns.contains(&column.name))
            };
            let keyed = table.columns.iter().filter(is_keyed);
            let keyed: Vec<_> = keyed.map(|column| (name.clone(), column.name.to_string())).collect();
            self.keyed.extend(keyed);
        }
    }

    /// Whether a key, a reference or NOT NULL held a column at any time, and may hold it again on the way down.
    fn is_keyed(&self, table: &Table, column: &str) -> bool {
        self.keyed.contains(&(table.name.to_string(), column.to_string()))
    }

    fn note(&mut self, operation: &Operation) {
        self.keys.insert(operation.key());
        if let Operation::Only(only) = operation {
            only.operations.iter().for_each(|inner| self.note(inner));
        }
    }

    /// The changes of an operation; none where driftless refuses it, or `warns` and warnings count too.
    fn resolved(&self, operation: &Value, warns: bool) -> Option<(Operation, Vec<Change>)> {
        let read: Operation = serde_json::from_value(operation.clone())
            .unwrap_or_else(|error| panic!("the maker made {operation}, which is none: {error}"));
        let files = self.files.iter().map(|(path, (file, _))| (path.clone(), file.clone()));
        let files = files.collect();
        let mut context = Context::new(&self.catalog, &files, Uncertain::default());
        let changes = read.resolve(&mut context);
        let refused = context
            .problems
            .iter()
            .any(|problem| warns || problem.diagnostic.severity == Severity::Error);
        (!refused && !changes.is_empty()).then_some((read, changes))
    }

    /// Keeps track of the rows.
    fn follow(&mut self, change: &Change) {
        match change {
            Change::RenameTable { from, to } => {
                if let Some(rows) = self.rows.remove(&from.to_string()) {
                    self.rows.insert(to.to_string(), rows);
                }
                if self.referred.contains(&from.to_string()) {
                    self.referred.insert(to.to_string());
                }
                let keyed = self.keyed.iter().filter(|(table, _)| *table == from.to_string());
                let keyed: Vec<_> = keyed.map(|(_, column)| (to.to_string(), column.clone())).collect();
                self.keyed.extend(keyed);
            }
            Change::DropTable { table } => {
                self.rows.remove(&table.name.to_string());
            }
            Change::RenameColumn { table, from, to } => {
                for row in self.rows.get_mut(&table.to_string()).into_iter().flatten() {
                    if let Some(value) = row.remove(from.as_str()) {
                        row.insert(to.to_string(), value);
                    }
                }
                if self.keyed.contains(&(table.to_string(), from.to_string())) {
                    self.keyed.insert((table.to_string(), to.to_string()));
                }
            }
            Change::AddColumn { table, column, .. } if column.default.is_some() => {
                for row in self.rows.get_mut(&table.to_string()).into_iter().flatten() {
                    row.entry(column.name.to_string()).or_insert_with(values::unknown);
                }
            }
            Change::DropColumn { table, column, .. } => {
                for row in self.rows.get_mut(&table.to_string()).into_iter().flatten() {
                    row.remove(column.name.as_str());
                }
            }
            Change::Raw { effects, .. } => {
                for effect in effects.iter().flatten() {
                    self.follow(effect);
                }
            }
            Change::SetAside { kept } => {
                if let driftless::model::KeptWhat::Table { .. } = kept.what {
                    self.rows.remove(&kept.table.to_string());
                }
            }
            _ => {}
        }
    }

    fn dialect(&self) -> Dialect {
        self.target.dialect
    }

    fn family(&self) -> Family {
        self.dialect().family()
    }

    fn number(&mut self) -> usize {
        self.count += 1;
        self.count
    }

    /// A name that nothing else has, odd or long or both.
    fn name(&mut self, choices: &mut Choices<'_>) -> String {
        let base = NAMES[choices.below(NAMES.len())];
        let name = format!("{base}{}", self.number());
        match choices.chance(8) {
            true => format!("{}{name}", "l".repeat(LONGEST.saturating_sub(name.len()))),
            false => name,
        }
    }

    /// A file that operations can name.
    fn file(&mut self, ending: &str, text: String, header: Option<Vec<String>>) -> String {
        let path = format!("made{}.{ending}", self.number());
        let named = NamedFile {
            path: path.clone(),
            sha256: String::new(),
            text: (ending == "sql").then(|| text.as_str().into()),
            header,
        };
        self.files.insert(path.clone(), (named, text));
        path
    }

    fn tables(&self) -> Vec<Table> {
        self.catalog.tables().map(|table| (**table).clone()).collect()
    }

    fn a_table(&self, choices: &mut Choices<'_>) -> Option<Table> {
        choices.one(&self.tables()).cloned()
    }

    fn column<'t>(&self, table: &'t Table, name: &str) -> Option<&'t Column> {
        table.column(name, NameCase::Exact)
    }

    fn an_object(&self, kind: ObjectKind, choices: &mut Choices<'_>) -> Option<Object> {
        let objects: Vec<Object> = self
            .catalog
            .objects()
            .filter(|object| object.kind() == kind)
            .cloned()
            .collect();
        choices.one(&objects).cloned()
    }

    fn rows_of(&self, table: &Table) -> &[Row] {
        self.rows.get(&table.name.to_string()).map_or(&[], Vec::as_slice)
    }

    fn rows_mut(&mut self, table: &Table) -> &mut Vec<Row> {
        self.rows.entry(table.name.to_string()).or_default()
    }

    fn quote(&self, name: &str) -> String {
        self.dialect().quote(name)
    }

    fn full(&self, name: &ObjectName) -> String {
        qualified(name, self.dialect())
    }
}

/// What the names of schemas begin with where they are databases of the server.
pub const SCHEMAS: &str = "driftless_random_";

/// What stands before the files of a changelog, each on a line of its own: its path, and its text in JSON.
pub const FILE: &str = "# file ";

/// The schema after changes, and what brings it about; none where they cannot be carried out.
fn rendered(from: &Catalog, changes: &[Change]) -> Option<(Catalog, Vec<Statement>)> {
    let mut after = from.clone();
    let (statements, problems) = render(&mut after, changes);
    problems.is_empty().then_some((after, statements))
}

type Kind = fn(&mut Maker, &mut Choices<'_>) -> Option<Value>;

/// What a step can be; some more often than others.
const KINDS: [Kind; 82] = [
    Maker::create_table,
    Maker::create_table,
    Maker::create_table,
    Maker::create_table,
    Maker::create_parted_table,
    Maker::create_table_as,
    Maker::add_column,
    Maker::add_column,
    Maker::add_column,
    Maker::drop_column,
    Maker::drop_column,
    Maker::rename_table,
    Maker::rename_table,
    Maker::rename_column,
    Maker::rename_column,
    Maker::alter_column,
    Maker::alter_column,
    Maker::alter_column,
    Maker::merge_columns,
    Maker::split_column,
    Maker::set_not_null,
    Maker::set_one_thing,
    Maker::set_one_thing,
    Maker::set_identity,
    Maker::create_index,
    Maker::create_index,
    Maker::create_special_index,
    Maker::create_special_index,
    Maker::drop_index,
    Maker::create_primary_key,
    Maker::create_unique,
    Maker::create_unique,
    Maker::create_exclusion,
    Maker::create_check,
    Maker::create_foreign_key,
    Maker::create_foreign_key,
    Maker::create_cycle,
    Maker::drop_constraint,
    Maker::drop_constraint,
    Maker::drop_foreign_key,
    Maker::validate_constraint,
    Maker::rename_part,
    Maker::create_view,
    Maker::create_view,
    Maker::replace_view,
    Maker::drop_view,
    Maker::create_materialized_view,
    Maker::change_materialized_view,
    Maker::drop_table,
    Maker::drop_table,
    Maker::create_enum,
    Maker::add_enum_value,
    Maker::rename_enum_value,
    Maker::drop_enum,
    Maker::create_domain,
    Maker::drop_domain,
    Maker::sequences,
    Maker::sequences,
    Maker::schemas,
    Maker::extensions,
    Maker::create_routine,
    Maker::create_routine,
    Maker::drop_routine,
    Maker::create_trigger,
    Maker::create_trigger,
    Maker::drop_trigger,
    Maker::policies,
    Maker::policies,
    Maker::grant,
    Maker::grant,
    Maker::revoke,
    Maker::set_comment,
    Maker::insert,
    Maker::update,
    Maker::delete,
    Maker::upsert,
    Maker::upsert,
    Maker::truncate,
    Maker::load_data,
    Maker::unload_data,
    Maker::look_on,
    Maker::in_another_form,
];
