//! How a server prints texts that an author wrote: checks, defaults, queries. It is asked by making what holds them beside
//! the schema, looking at it, and taking it away: within a transaction on PostgreSQL, in a scratch database on MySQL and
//! MariaDB. SQLite keeps texts as they are written.

use std::collections::BTreeSet;

use super::error::Error;
use super::introspect::introspect;
use super::scratch::Scratch;
use super::session::{ConnectOptions, Session};
use super::url::DatabaseUrl;
use crate::dialect::{Family, Name, ObjectName, Target};
use crate::model::{Catalog, Change, Column, Object, PartKind, Table, What};
use crate::render::{Body, render};

/// The schema beside the one that is asked about, gone with its transaction.
const BESIDE: &str = "driftless_beside";

/// The parts of a schema as its server prints them; what the server does not take is left out.
pub async fn reprinted(
    session: &mut Session,
    url: &DatabaseUrl,
    target: &Target,
    schema: &Catalog,
    parts: &[&What],
) -> Result<Catalog, Error> {
    let units = units(schema, parts, target.dialect.family());
    match target.dialect.family() {
        Family::Sqlite => Ok(Catalog::new(target.clone())),
        Family::Postgres => {
            session.run("BEGIN").await?;
            let printed = beside(session, target, &units).await;
            let ended = session.run("ROLLBACK").await;
            let printed = printed?;
            ended.map(|()| printed)
        }
        Family::Mysql => {
            let scratch = Scratch::make(Some(url), &ConnectOptions::default()).await?;
            let printed = apart(&scratch, target, &units).await;
            let removed = scratch.remove().await;
            let printed = printed?;
            removed.map(|()| printed)
        }
    }
}

async fn beside(session: &mut Session, target: &Target, units: &[Change]) -> Result<Catalog, Error> {
    session.run(&format!("CREATE SCHEMA {BESIDE}")).await?;
    let path = format!("SELECT set_config('search_path', '{BESIDE}, ' || current_setting('search_path'), true)");
    session.query(&path).await?;
    let mut catalog = Catalog::new(target.clone());
    for unit in units {
        session.run("SAVEPOINT driftless").await?;
        if make(session, &mut catalog, unit).await.is_err() {
            session.run("ROLLBACK TO SAVEPOINT driftless").await?;
        }
    }
    let inside = Target {
        schema: Some(Name::new(BESIDE)),
        ..target.clone()
    };
    introspect(session, &inside, &[]).await
}

async fn apart(scratch: &Scratch, target: &Target, units: &[Change]) -> Result<Catalog, Error> {
    let mut session = Session::connect(scratch.url(), &ConnectOptions::default()).await?;
    let inside = Target {
        schema: Some(Name::new(session.server().database.as_str())),
        ..target.clone()
    };
    let mut catalog = Catalog::new(inside.clone());
    for unit in units {
        // What it does not take stays unknown.
        let _ = make(&mut session, &mut catalog, unit).await;
    }
    let printed = introspect(&mut session, &inside, &[]).await;
    session.close().await?;
    printed
}

async fn make(session: &mut Session, catalog: &mut Catalog, unit: &Change) -> Result<(), Error> {
    let (statements, _) = render(catalog, std::slice::from_ref(unit));
    for statement in statements {
        if let Body::Sql(sql) = &statement.body {
            session.run(sql).await?;
        }
    }
    Ok(())
}

/// What has to be made to look at parts.
fn units(schema: &Catalog, parts: &[&What], family: Family) -> Vec<Change> {
    let mut names: BTreeSet<ObjectName> = parts.iter().filter_map(|part| part.table().cloned()).collect();
    let mut objects: Vec<Object> = Vec::new();
    for part in parts {
        if let What::Object(key) = part {
            let mut named = schema.objects_named(key.kind, &key.name);
            objects.extend(named.find(|object| schema.object_key(object) == *key).cloned());
        }
    }
    names.extend(
        objects
            .iter()
            .filter_map(Object::stands_on)
            .map(|name| schema.key(name)),
    );
    if family == Family::Mysql {
        // There is nothing else in a scratch database.
        let used = schema
            .tables()
            .filter(|table| objects.iter().any(|object| schema.object_uses(object, &table.name)));
        names.extend(used.map(|table| schema.key(&table.name)));
        let views = schema.views().map(|view| Object::View(view.clone()));
        let used: Vec<Object> = views
            .filter(|view| objects.iter().any(|object| schema.object_uses(object, &view.name())))
            .collect();
        objects.extend(used);
    }
    let tables = names.iter().filter_map(|name| {
        let table = schema.table(name)?;
        let own: Vec<(PartKind, &Name)> = parts
            .iter()
            .filter_map(|part| match part {
                What::Part(owner, kind, part) if owner == name => Some((*kind, part)),
                _ => None,
            })
            .collect();
        Some(Change::CreateTable {
            table: bare(table, &own).into(),
            if_not_exists: false,
        })
    });
    let mut units: Vec<Change> = tables.collect();
    // Those that others read come first; one that is met twice is refused the second time.
    objects.sort_by_key(|object| std::cmp::Reverse(schema.dependent_views(&object.name()).len()));
    units.extend(objects.into_iter().map(|object| Change::CreateObject {
        object,
        if_not_exists: false,
    }));
    // Types first: columns may be of them.
    let is_type = |unit: &Change| {
        !matches!(
            unit,
            Change::CreateObject {
                object: Object::Domain(_) | Object::Enum(_),
                ..
            }
        )
    };
    units.sort_by_key(is_type);
    units
}

/// A table with its columns, and of everything else the parts alone that are asked about.
fn bare(table: &Table, parts: &[(PartKind, &Name)]) -> Table {
    let is_asked = |kind: PartKind, name: &Name| parts.iter().any(|(other, part)| *other == kind && *part == name);
    let keys: Vec<&Name> = table.primary_key.iter().flat_map(|key| &key.columns).collect();
    let columns = table.columns.iter().map(|column| {
        let own = Column {
            nullable: column.nullable && !keys.contains(&&column.name),
            identity: None,
            ..column.clone()
        };
        match is_asked(PartKind::Column, &column.name) {
            true => own,
            false => Column {
                nullable: true,
                default: None,
                generated: None,
                on_update: None,
                invisible: false,
                ..own
            },
        }
    });
    let mut bare = Table::empty(ObjectName::plain(table.name.name.as_str()));
    bare.columns = columns.collect();
    bare.checks = table
        .checks
        .iter()
        .filter(|check| is_asked(PartKind::Check, &check.name))
        .cloned()
        .collect();
    let index = |name: &Name| is_asked(PartKind::Index, name) || is_asked(PartKind::Unique, name);
    bare.indexes = table
        .indexes
        .iter()
        .filter(|found| index(&found.name))
        .cloned()
        .collect();
    let exclusions = table
        .exclusions
        .iter()
        .filter(|found| is_asked(PartKind::Exclusion, &found.name));
    bare.exclusions = exclusions.cloned().collect();
    bare.options.charset = table.options.charset.clone();
    bare.options.collation = table.options.collation.clone();
    bare
}
