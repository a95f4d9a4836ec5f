//! Another name for a table or a column, put wherever a text means that one: what only looks like it stays, and so do
//! texts, comments and the names that a query gives to what it shows.

use super::Family;
use super::lexer::{Token, TokenKind, after, bears, before, can_name, is_name, is_one_of, tokens};
use super::place::{
    aliases, clause, closing, enclosing_end, is_behind_as, names_query, names_table, opening, qualifier,
};

/// The expression of a table with every use of a column's name replaced by another, quoted as it should stand.
pub fn rename_in(sql: &str, from: &str, to_quoted: &str, family: Family) -> String {
    let all = tokens(sql, family);
    let is_meant = |at| is_name(&all, at, from, family) && !names_table(&all, at) && !is_behind_as(&all, at);
    replaced(&all, to_quoted, is_meant)
}

/// The text with every use of a table's name replaced by another; `schemas`: by which names its schema may stand before it.
pub fn rename_table_in(sql: &str, table: &str, schemas: &[&str], to_quoted: &str, family: Family) -> String {
    let all = tokens(sql, family);
    let shadows = shadows(&all, table, family);
    let is_meant = |at| {
        let own = || match qualifier(&all, at) {
            Some(name) => has(schemas, &name),
            None => !shadows.iter().any(|range| range.contains(&at)),
        };
        is_name(&all, at, table, family) && names_table(&all, at) && own()
    };
    replaced(&all, to_quoted, is_meant)
}

/// Where a name means a query instead: `WITH name AS (…)`, behind its end, and inside it where it is recursive.
fn shadows(all: &[Token<'_>], name: &str, family: Family) -> Vec<std::ops::Range<usize>> {
    let named = (0..all.len()).filter(|at| bears(&all[*at], name, family) && names_query(all, *at));
    let shadow = |at: usize| {
        let mut open = after(all, at)?;
        if all[open].text == "(" {
            open = after(all, closing(all, open)?)?;
        }
        while all[open].text != "(" {
            open = after(all, open)?;
        }
        let is_recursive = (0..at).rev().find(|at| is_one_of(&all[*at], &["with", "recursive"]));
        let is_recursive = is_recursive.is_some_and(|at| all[at].is_word("recursive"));
        let from = if is_recursive { open } else { closing(all, open)? };
        let end = enclosing_end(all, at);
        Some([at..at + 1, from..end])
    };
    named.filter_map(shadow).flatten().collect()
}

fn replaced(all: &[Token<'_>], with: &str, is_meant: impl Fn(usize) -> bool) -> String {
    let parts = (0..all.len()).map(|at| if is_meant(at) { with } else { all[at].text });
    parts.collect()
}

fn has<T: AsRef<str>>(names: &[T], name: &str) -> bool {
    names.iter().any(|known| known.as_ref().eq_ignore_ascii_case(name))
}

/// A column that gets another name, as texts see it that read its table or a view that shows it.
pub struct ColumnRename<'a> {
    pub from: &'a str,
    pub to_quoted: &'a str,
    pub family: Family,
    /// The table, and the views that show the column under its own name.
    pub relations: &'a [String],
    /// What the row of a trigger is called: `new`, `old`.
    pub rows: &'a [&'a str],
}

impl ColumnRename<'_> {
    /// The text with the new name, and whether what it selects shows the column under its own name.
    pub fn rewrite(&self, sql: &str) -> (String, bool) {
        let text = Text {
            all: tokens(sql, self.family),
            rename: self,
        };
        let owners = text.owners(sql);
        let has_alias = (0..text.all.len()).any(|at| text.is_alias(at) && text.bears(at));
        let is_meant = |at: usize| {
            if !is_name(&text.all, at, self.from, self.family) || names_table(&text.all, at) || text.is_alias(at) {
                return false;
            }
            match qualifier(&text.all, at) {
                Some(name) => has(&owners, &name),
                // What is shown can be ordered by its own name.
                None => !(has_alias && clause(&text.all, at) == Some("order")),
            }
        };
        let shows = text.shows(0..text.all.len(), &owners);
        (replaced(&text.all, self.to_quoted, is_meant), shows)
    }
}

struct Text<'a> {
    all: Vec<Token<'a>>,
    rename: &'a ColumnRename<'a>,
}

impl Text<'_> {
    fn bears(&self, at: usize) -> bool {
        bears(&self.all[at], self.rename.from, self.rename.family)
    }

    /// Whether it is the name that a query gives to what it shows: `x AS name`, `x name`. A type in a CAST is none either.
    fn is_alias(&self, at: usize) -> bool {
        is_behind_as(&self.all, at) || self.is_bare_alias(at)
    }

    fn is_bare_alias(&self, at: usize) -> bool {
        const NOT_AN_OPERAND: [&str; 21] = [
            "between",
            "div",
            "mod",
            "rlike",
            "regexp",
            "glob",
            "match",
            "ilike",
            "similar",
            "escape",
            "interval",
            "exists",
            "any",
            "some",
            "binary",
            "straight_join",
            "xor",
            "to",
            "over",
            "returning",
            "recursive",
        ];
        let Some(previous) = before(&self.all, at) else {
            return false;
        };
        let token = &self.all[previous];
        let ends_operand = match token.kind {
            TokenKind::Symbol => token.text == ")",
            TokenKind::Word => {
                let names = can_name(&self.all, previous) && !is_one_of(token, &NOT_AN_OPERAND);
                names && !token.text.to_ascii_lowercase().starts_with("sql_")
            }
            TokenKind::Quoted | TokenKind::Text | TokenKind::Number => true,
            TokenKind::Comment | TokenKind::Space => false,
        };
        ends_operand && self.all[at].name().is_some() && clause(&self.all, at) == Some("select")
    }

    /// The names before a point that have the column: those of the relations, of their aliases, and of the queries inside
    /// that show it.
    fn owners(&self, sql: &str) -> Vec<String> {
        let rename = self.rename;
        let mut owners: Vec<String> = Vec::new();
        for relation in rename.relations {
            owners.extend(aliases(sql, relation, rename.family));
            let is_target = |at: &usize| {
                bears(&self.all[*at], relation, rename.family)
                    && before(&self.all, *at).is_some_and(|at| self.all[at].is_word("into"))
            };
            if (0..self.all.len()).any(|at| is_target(&at)) {
                owners.push("excluded".to_string());
            }
        }
        owners.extend(rename.rows.iter().map(|name| name.to_string()));
        // A query inside can stand in another one.
        loop {
            let found = self.inner_queries().find(|(name, range, columns)| {
                let shows = match columns {
                    Some(columns) => columns.clone().any(|at| self.bears(at)),
                    None => self.shows(range.clone(), &owners),
                };
                !has(&owners, name) && shows
            });
            match found {
                Some((name, ..)) => owners.push(name),
                None => return owners,
            }
        }
    }

    /// The queries in brackets that have a name: what it is, where they stand, and where their columns are named.
    fn inner_queries(&self) -> impl Iterator<Item = (String, std::ops::Range<usize>, Option<std::ops::Range<usize>>)> {
        (0..self.all.len()).filter_map(|open| {
            let is_query = |at: usize| is_one_of(&self.all[at], &["select", "with", "values"]);
            if self.all[open].text != "(" || !after(&self.all, open).is_some_and(is_query) {
                return None;
            }
            let close = closing(&self.all, open)?;
            let (name, columns) = self.name_before(open).or_else(|| self.name_behind(close))?;
            Some((self.all[name].name()?, open + 1..close, columns))
        })
    }

    /// `name (columns) AS (`
    fn name_before(&self, open: usize) -> Option<(usize, Option<std::ops::Range<usize>>)> {
        let mut at = before(&self.all, open)?;
        while is_one_of(&self.all[at], &["materialized", "not"]) {
            at = before(&self.all, at)?;
        }
        self.all[at].is_word("as").then_some(())?;
        let at = before(&self.all, at)?;
        match self.all[at].text == ")" {
            true => {
                let list = opening(&self.all, at)?;
                Some((before(&self.all, list)?, Some(list + 1..at)))
            }
            false => Some((at, None)),
        }
    }

    /// `) AS name (columns)`
    fn name_behind(&self, close: usize) -> Option<(usize, Option<std::ops::Range<usize>>)> {
        let mut at = after(&self.all, close)?;
        if self.all[at].is_word("as") {
            at = after(&self.all, at)?;
        }
        self.all[at].name()?;
        let list = after(&self.all, at).filter(|at| self.all[*at].text == "(");
        let columns = list.and_then(|list| Some(list + 1..closing(&self.all, list)?));
        Some((at, columns))
    }

    /// Whether the query in a range shows the column under its own name.
    fn shows(&self, range: std::ops::Range<usize>, owners: &[String]) -> bool {
        let items = self.items(range);
        items.iter().any(|item| self.item_shows(item, owners))
    }

    /// What the query in a range selects, one after the other.
    fn items(&self, range: std::ops::Range<usize>) -> Vec<Vec<usize>> {
        let mut items: Vec<Vec<usize>> = vec![Vec::new()];
        let (mut depth, mut inside) = (0, false);
        for at in range {
            let token = &self.all[at];
            match token.text {
                _ if token.is_blank() => continue,
                "(" => depth += 1,
                ")" => depth -= 1,
                "," if depth == 0 && inside => {
                    items.push(Vec::new());
                    continue;
                }
                _ if depth == 0 && token.is_word("select") => {
                    inside = true;
                    continue;
                }
                _ if depth == 0 && inside && is_one_of(token, &["from", "union", "except", "intersect"]) => break,
                _ => {}
            }
            if inside && !is_one_of(token, &["distinct", "all"]) {
                items.last_mut().expect("never empty").push(at);
            }
        }
        items
    }

    fn item_shows(&self, item: &[usize], owners: &[String]) -> bool {
        let Some(last) = item.last() else {
            return false;
        };
        let of_owner = || qualifier(&self.all, *last).is_none_or(|name| has(owners, &name));
        if self.all[*last].text == "*" {
            return (item.len() == 1 || self.all[item[item.len() - 2]].text == ".") && of_owner();
        }
        // `name`, `t.name`, `schema.t.name`
        let is_plain = item.iter().rev().skip(1).step_by(2).all(|at| self.all[*at].text == ".");
        is_plain && item.len() % 2 == 1 && self.bears(*last) && of_owner()
    }
}

/// The text without a table's name and point before its columns: `age > 0` for `t.age > 0`.
pub fn without_qualifier(sql: &str, table: &str, family: Family) -> String {
    let all = tokens(sql, family);
    let mut text = String::new();
    let mut at = 0;
    while at < all.len() {
        let point = after(&all, at).filter(|next| all[*next].text == "." && bears(&all[at], table, family));
        let is_first = before(&all, at).is_none_or(|before| all[before].text != ".");
        match point.filter(|_| is_first) {
            Some(point) => at = after(&all, point).unwrap_or(all.len()),
            None => {
                text += all[at].text;
                at += 1;
            }
        }
    }
    text
}

/// How often a name stands in a text alone, and behind which qualifiers.
pub fn uses(sql: &str, name: &str, family: Family) -> (usize, Vec<String>) {
    let all = tokens(sql, family);
    let (mut alone, mut qualifiers) = (0, Vec::new());
    for at in (0..all.len()).filter(|at| is_name(&all, *at, name, family)) {
        match qualifier(&all, at) {
            Some(found) => qualifiers.push(found),
            None => alone += 1,
        }
    }
    (alone, qualifiers)
}

/// How often a column's name may stand for it in a text with nothing before it.
pub fn uses_alone(sql: &str, column: &str, family: Family) -> usize {
    let all = tokens(sql, family);
    let alone = |at: &usize| {
        let is_used = is_name(&all, *at, column, family) && qualifier(&all, *at).is_none();
        is_used && !names_table(&all, *at) && !is_behind_as(&all, *at)
    };
    (0..all.len()).filter(alone).count()
}

/// Whether a query may show something under a name: a column, what it calls so, or all of something.
pub fn may_show(sql: &str, name: &str, family: Family) -> bool {
    let rename = ColumnRename {
        from: name,
        to_quoted: "",
        family,
        relations: &[],
        rows: &[],
    };
    let text = Text {
        all: tokens(sql, family),
        rename: &rename,
    };
    let items = text.items(0..text.all.len()).into_iter();
    let mut last = items.filter_map(|item| item.last().copied());
    last.any(|at| text.bears(at) || text.all[at].text == "*")
}

/// Whether a body declares a variable of a name.
pub fn declares(sql: &str, name: &str, family: Family) -> bool {
    let all = tokens(sql, family);
    (0..all.len()).any(|at| {
        let mut first = before(&all, at);
        // `DECLARE a, b int`
        while let Some(comma) = first.filter(|at| all[*at].text == ",") {
            first = before(&all, comma).and_then(|at| before(&all, at));
        }
        bears(&all[at], name, family) && first.is_some_and(|at| all[at].is_word("declare"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(sql: &str, family: Family) -> String {
        rename_table_in(sql, "song", &["app"], "T", family)
    }

    #[track_caller]
    fn column(sql: &str, renamed: &str, shows: bool) {
        let rename = ColumnRename {
            from: "name",
            to_quoted: "C",
            family: Family::Mysql,
            relations: &["song".to_string()],
            rows: &["new"],
        };
        assert_eq!(rename.rewrite(sql), (renamed.to_string(), shows), "{sql}");
    }

    #[test]
    fn texts_and_types_and_names_of_other_things_stay() {
        for (sql, renamed) in [
            ("age > 0 AND \"age\" < 'age'", "Y > 0 AND Y < 'age'"),
            (
                "age = 1 /* age */ OR aged > 2 -- age",
                "Y = 1 /* age */ OR aged > 2 -- age",
            ),
            ("CAST(age AS age) > age('x')", "CAST(Y AS age) > age('x')"),
            ("extract(year FROM age) = age::age", "extract(year FROM Y) = Y::age"),
            ("t.age IS DISTINCT FROM age", "t.Y IS DISTINCT FROM Y"),
        ] {
            assert_eq!(rename_in(sql, "age", "Y", Family::Postgres), renamed);
        }
        let sql = "date > date '2024-01-01' AND time < 'x'";
        assert_eq!(
            rename_in(sql, "date", "D", Family::Postgres),
            "D > date '2024-01-01' AND time < 'x'"
        );
        assert_eq!(
            rename_in("select \"from\" from t", "from", "S", Family::Sqlite),
            "select S from t"
        );
    }

    #[test]
    fn a_table_and_a_column_of_one_name_are_told_apart() {
        let sql = "select song.id, s.song, song from (app.song join x on x.song = song), y, song where a is distinct from song";
        assert_eq!(
            table(sql, Family::Postgres),
            "select T.id, s.song, song from (app.T join x on x.song = song), y, T where a is distinct from song"
        );
        assert_eq!(
            rename_in(sql, "song", "C", Family::Postgres),
            "select song.id, s.C, C from (app.song join x on x.C = C), y, song where a is distinct from C"
        );
    }

    #[test]
    fn a_table_is_found_wherever_a_statement_names_it() {
        for (sql, renamed) in [
            ("UPDATE song SET song = song.song", "UPDATE T SET song = T.song"),
            ("UPDATE IGNORE song, x SET song = 1", "UPDATE IGNORE T, x SET song = 1"),
            (
                "UPDATE x JOIN song ON song.a = x.song SET x.b = 1",
                "UPDATE x JOIN T ON T.a = x.song SET x.b = 1",
            ),
            ("UPDATE OR REPLACE song SET a = 1", "UPDATE OR REPLACE T SET a = 1"),
            ("DELETE song FROM song JOIN x", "DELETE T FROM T JOIN x"),
            (
                "INSERT INTO song (song) SELECT song FROM songs",
                "INSERT INTO T (song) SELECT song FROM songs",
            ),
            (
                "INSERT INTO a VALUES (1) ON DUPLICATE KEY UPDATE song = 1",
                "INSERT INTO a VALUES (1) ON DUPLICATE KEY UPDATE song = 1",
            ),
            (
                "SELECT trim(song FROM song) FROM other.song, app.song",
                "SELECT trim(song FROM song) FROM other.song, app.T",
            ),
            (
                "SELECT 'song', `song` FROM `song` -- song",
                "SELECT 'song', `song` FROM T -- song",
            ),
            ("TRUNCATE TABLE song", "TRUNCATE TABLE T"),
            (
                "WITH x AS (SELECT * FROM song), song AS (SELECT * FROM song) SELECT song.a FROM song, app.song",
                "WITH x AS (SELECT * FROM T), song AS (SELECT * FROM T) SELECT song.a FROM song, app.T",
            ),
            (
                "WITH RECURSIVE song (n) AS (SELECT 1 UNION SELECT n FROM song) SELECT n FROM song",
                "WITH RECURSIVE song (n) AS (SELECT 1 UNION SELECT n FROM song) SELECT n FROM song",
            ),
            (
                "SELECT * FROM song WHERE a IN (WITH song AS (SELECT 1) SELECT * FROM song) AND song.b > 0",
                "SELECT * FROM T WHERE a IN (WITH song AS (SELECT 1) SELECT * FROM song) AND T.b > 0",
            ),
            ("SELECT song.a FROM songs song", "SELECT T.a FROM songs T"),
        ] {
            assert_eq!(table(sql, Family::Mysql), renamed);
        }
    }

    #[test]
    fn a_column_is_renamed_where_its_table_or_what_shows_it_is_meant() {
        for (sql, renamed, shows) in [
            ("SELECT name, nickname FROM song", "SELECT C, nickname FROM song", true),
            (
                "SELECT s.name, x.name FROM app.song AS s, x",
                "SELECT s.C, x.name FROM app.song AS s, x",
                true,
            ),
            (
                "SELECT x.name FROM song s, x WHERE s.name = ''",
                "SELECT x.name FROM song s, x WHERE s.C = ''",
                false,
            ),
            (
                "SELECT name AS name, id FROM song",
                "SELECT C AS name, id FROM song",
                false,
            ),
            (
                "SELECT lower(name) name FROM song ORDER BY name",
                "SELECT lower(C) name FROM song ORDER BY name",
                false,
            ),
            (
                "SELECT id AS x FROM song GROUP BY name ORDER BY name",
                "SELECT id AS x FROM song GROUP BY C ORDER BY C",
                false,
            ),
            (
                "SELECT 1 UNION SELECT name FROM song",
                "SELECT 1 UNION SELECT C FROM song",
                false,
            ),
            (
                "SELECT DISTINCT s.* FROM song s",
                "SELECT DISTINCT s.* FROM song s",
                true,
            ),
            (
                "SELECT x.*, count(*) FROM song, x",
                "SELECT x.*, count(*) FROM song, x",
                false,
            ),
            (
                "SELECT q.name FROM (SELECT name FROM song) q",
                "SELECT q.C FROM (SELECT C FROM song) q",
                true,
            ),
            (
                "SELECT q.name FROM (SELECT upper(name) AS name FROM song) AS q",
                "SELECT q.name FROM (SELECT upper(C) AS name FROM song) AS q",
                false,
            ),
            (
                "WITH q (id, name) AS (SELECT id, name FROM song) SELECT q.name AS x FROM q",
                "WITH q (id, C) AS (SELECT id, C FROM song) SELECT q.C AS x FROM q",
                false,
            ),
            (
                "WITH q AS (SELECT * FROM song), r AS (SELECT q.name FROM q) SELECT r.name FROM r",
                "WITH q AS (SELECT * FROM song), r AS (SELECT q.C FROM q) SELECT r.C FROM r",
                true,
            ),
            (
                "SELECT 'name', `name` FROM song -- name",
                "SELECT 'name', C FROM song -- name",
                true,
            ),
            (
                "SELECT CASE WHEN name = '' THEN name END FROM song",
                "SELECT CASE WHEN C = '' THEN C END FROM song",
                false,
            ),
            (
                "SELECT id FROM song WHERE id BETWEEN name AND name",
                "SELECT id FROM song WHERE id BETWEEN C AND C",
                false,
            ),
        ] {
            column(sql, renamed, shows);
        }
        let body = "BEGIN INSERT INTO song (id, name) VALUES (1, new.name) ON DUPLICATE KEY UPDATE name = excluded.name; UPDATE x SET x.name = old.name; END";
        let renamed = "BEGIN INSERT INTO song (id, C) VALUES (1, new.C) ON DUPLICATE KEY UPDATE C = excluded.C; UPDATE x SET x.name = old.name; END";
        column(body, renamed, false);
    }

    #[test]
    fn variables_are_found() {
        let declares = |sql: &str| declares(sql, "name", Family::Mysql);
        assert!(declares("BEGIN DECLARE name int; END") && declares("BEGIN DECLARE a, name text; END"));
        assert!(!declares("BEGIN DECLARE a int; SET name = 1; END"));
    }

    #[test]
    fn a_table_is_left_out_before_its_columns() {
        for (sql, without) in [
            ("t.a > 0 and \"t\" . b <> 't.a' -- t.a", "a > 0 and b <> 't.a' -- t.a"),
            ("T.t = u.t and t > x.t.t", "t = u.t and t > x.t.t"),
        ] {
            assert_eq!(without_qualifier(sql, "t", Family::Sqlite), without);
        }
    }
}
