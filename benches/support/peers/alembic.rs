use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use super::{Peer, Site, Task, write};
use crate::support::Place;
use crate::workload::{Step, Workload, of_mysql};

/// A revision for each changeset, of operations and not of SQL.
pub struct Alembic;

const CONFIGURATION: &str = "[alembic]\nscript_location = %(here)s/scripts\n";

const ENVIRONMENT: &str = r#"import os

import sqlalchemy
from alembic import context

url = os.environ["BENCH_URL"]
if context.is_offline_mode():
    context.configure(url=url, literal_binds=True, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()
"#;

impl Peer for Alembic {
    fn name(&self) -> &'static str {
        "alembic"
    }

    fn is_slow(&self) -> bool {
        true
    }

    fn write(&self, work: &Workload, engine: &str, folder: &Path) {
        write(folder.join("alembic.ini"), CONFIGURATION);
        write(folder.join("scripts/env.py"), ENVIRONMENT);
        let mut before = "None".to_string();
        for (at, step) in work.steps.iter().enumerate() {
            let revision = format!("'r{:06}'", at + 1);
            let text = format!(
                "import sqlalchemy as sa\nfrom alembic import op\n\nrevision = {revision}\n\
                 down_revision = {before}\n\n\n\
                 def upgrade():\n    {}\n\n\ndef downgrade():\n    {}\n",
                upgrade(step),
                downgrade(step, engine)
            );
            write(
                folder.join(format!("scripts/versions/r{:06}_{}.py", at + 1, step.kind())),
                &text,
            );
            before = revision;
        }
    }

    fn command(&self, task: Task, site: &Site) -> Option<Command> {
        let mut command = site.command(match task {
            Task::Script => &["upgrade", "head", "--sql"],
            Task::Apply | Task::Again => &["upgrade", "head"],
            Task::Status => &["current"],
            Task::Down => &["downgrade", "base"],
        });
        command.env("BENCH_URL", url(site));
        Some(command)
    }
}

fn upgrade(step: &Step) -> String {
    match step {
        Step::Table(table) => format!(
            "op.create_table('{table}', sa.Column('id', sa.BigInteger(), primary_key=True, autoincrement=False), \
             sa.Column('name', sa.String(100), nullable=False), sa.Column('ref_id', sa.BigInteger()), \
             sa.Column('amount', sa.Numeric(10, 2)), sa.Column('created_at', sa.DateTime()))"
        ),
        Step::Column { table, column } => format!("op.add_column('{table}', sa.Column('{column}', sa.String(50)))"),
        Step::Index { table, name, column } => format!("op.create_index('{name}', '{table}', ['{column}'])"),
        Step::ForeignKey { table, name, parent } => {
            format!("op.create_foreign_key('{name}', '{table}', '{parent}', ['ref_id'], ['id'])")
        }
        Step::Rows { table, rows } => {
            let mut text = format!(
                "op.bulk_insert(sa.table('{table}', sa.column('id', sa.BigInteger), sa.column('name', sa.String), \
                 sa.column('amount', sa.Float)), ["
            );
            for (id, name, amount) in rows {
                let _ = write!(text, "{{'id': {id}, 'name': '{name}', 'amount': {amount}}}, ");
            }
            text + "], multiinsert=False)"
        }
    }
}

fn downgrade(step: &Step, engine: &str) -> String {
    match step {
        Step::Table(table) => format!("op.drop_table('{table}')"),
        Step::Column { table, column } => format!("op.drop_column('{table}', '{column}')"),
        Step::Index { table, name, .. } => format!("op.drop_index('{name}', table_name='{table}')"),
        Step::ForeignKey { table, name, .. } => format!("op.drop_constraint('{name}', '{table}', type_='foreignkey')"),
        Step::Rows { .. } => format!("op.execute('{}')", step.undo(engine).trim_end_matches(";\n")),
    }
}

fn url(site: &Site) -> String {
    if site.engine == "sqlite" {
        return format!("sqlite:///{}", site.sqlite_file());
    }
    let driver = if of_mysql(site.engine) {
        "mysql+pymysql"
    } else {
        "postgresql+psycopg2"
    };
    let Place {
        user,
        password,
        host,
        port,
        name,
    } = Place::of(&site.database.url);
    format!("{driver}://{user}:{password}@{host}:{port}/{name}")
}
