//! What PostgreSQL has beside the catalog, by a few queries with many questions each.

use super::left_out::{Ignored, LeftOut, ask};
use super::postgres::no_member;
use super::{
    left_out_postgres_keys as keys, left_out_postgres_objects as objects, left_out_postgres_partitions as partitions,
    left_out_postgres_schemas as schemas, left_out_postgres_standing as standing, left_out_postgres_tables as tables,
};
use crate::database::error::Error;
use crate::database::session::Session;
use crate::dialect::{Target, Version};
use crate::model::KEPT_PREFIX;

/// Where and what for the questions are asked.
pub(super) struct Place<'a> {
    /// A query for the oid of the target's own schema.
    pub schema: String,
    /// Whether the row `c` of `pg_class`, with its schema `n`, is a table of driftless.
    pub is_ours: String,
    version: &'a Version,
}

impl Place<'_> {
    pub(super) fn is_from(&self, major: u32) -> bool {
        *self.version >= Version(major, 0, 0)
    }
}

pub(super) async fn find(session: &mut Session, target: &Target, ignored: &Ignored) -> Result<Vec<LeftOut>, Error> {
    let text = |name: &str| target.dialect.string(name);
    let own = target.schema.as_ref().map(|schema| text(schema));
    let own = own.unwrap_or_else(|| "current_schema()".to_string());
    let mut is_ours = format!("left(c.relname, {}) = '{KEPT_PREFIX}'", KEPT_PREFIX.len());
    for (schema, name) in ignored.names() {
        let schema = schema.map_or_else(|| own.clone(), |schema| text(schema));
        is_ours += &format!(" OR c.relname = {} AND n.nspname = {schema}", text(name));
    }
    let place = Place {
        schema: format!("(SELECT oid FROM pg_namespace WHERE nspname = {own})"),
        is_ours,
        version: &target.version,
    };
    let mut questions = objects::questions(&place);
    questions.extend(schemas::questions(&place));
    questions.extend(tables::questions(&place));
    questions.extend(partitions::questions(&place));
    questions.extend(standing::questions(&place));
    questions.extend(keys::questions(&place));
    let mut found = Vec::new();
    for some in questions.chunks(AT_ONCE) {
        found.extend(ask(session, &head(&place), some).await?);
    }
    Ok(found)
}

/// How many questions go in one query: for all in one the server compiles what it runs, which takes it longer than that.
const AT_ONCE: usize = 12;

/// `relation`: what of the schema the catalog holds tables and views of, and partitions, each with how it is told;
/// `index_of`: their indexes.
fn head(place: &Place<'_>) -> String {
    format!(
        "WITH relation AS MATERIALIZED (
           SELECT c.*, format('%s `%s`', CASE WHEN c.relkind = 'v' THEN 'view' WHEN c.relkind = 'm' THEN 'materialized view'
             WHEN c.relispartition THEN 'partition' ELSE 'table' END, c.relname) AS told
           FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE c.relnamespace = {} AND c.relkind IN ('r', 'p', 'v', 'm') AND NOT ({}) AND {}
         ), index_of AS MATERIALIZED (
           SELECT x.*, i.relname, i.reloptions, i.relispartition, i.reltablespace, r.told AS relation,
             r.relispartition AS of_partition, format('index `%s` of %s', i.relname, r.told) AS told
           FROM relation r JOIN pg_index x ON x.indrelid = r.oid JOIN pg_class i ON i.oid = x.indexrelid
         )
         ",
        place.schema,
        place.is_ours,
        no_member("pg_class", "c")
    )
}
