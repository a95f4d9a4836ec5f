//! The rows of DATABASECHANGELOG held against the changesets of the files.

use std::collections::HashMap;

use super::files::normalized;
use super::identity::Identity;

/// Which row is which changeset's; all by their numbers.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Matched {
    /// In the order of the rows.
    pub pairs: Vec<Pair>,
    /// Rows that no changeset is for.
    pub rows: Vec<usize>,
    /// Changesets without a row.
    pub changesets: Vec<usize>,
    /// Changesets with several rows.
    pub twice: Vec<(usize, Vec<usize>)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    pub row: usize,
    pub changeset: usize,
    /// Whether their paths are one as Liquibase compares them; else the one ends with the other.
    pub is_exact: bool,
}

/// Matches rows with changesets. A row whose path no changeset has goes with the one changeset of its id and author whose
/// path ends with it, or the other way round.
pub fn matched(rows: &[&Identity], changesets: &[&Identity]) -> Matched {
    let mut places = HashMap::new();
    for (at, identity) in changesets.iter().enumerate() {
        places.entry(identity.key()).or_insert(at);
    }
    let mut rows_of: Vec<Vec<usize>> = vec![Vec::new(); changesets.len()];
    let mut left = Vec::new();
    for (row, identity) in rows.iter().enumerate() {
        match places.get(&identity.key()) {
            Some(at) => rows_of[*at].push(row),
            None => left.push(row),
        }
    }
    let mut near_rows: HashMap<usize, Vec<usize>> = HashMap::new();
    for row in left {
        let is_near = |at: &usize| rows_of[*at].is_empty() && is_moved(rows[row], changesets[*at]);
        let mut near = (0..changesets.len()).filter(is_near);
        if let (Some(only), None) = (near.next(), near.next()) {
            near_rows.entry(only).or_default().push(row);
        }
    }
    let mut found = Matched::default();
    for (changeset, mut own) in rows_of.into_iter().enumerate() {
        let is_exact = !own.is_empty();
        // Of two that are as near nobody knows which is meant.
        if let Some([row]) = near_rows.get(&changeset).map(Vec::as_slice) {
            own.push(*row);
        }
        match own.as_slice() {
            [] => found.changesets.push(changeset),
            [row] => found.pairs.push(Pair {
                row: *row,
                changeset,
                is_exact,
            }),
            _ => found.twice.push((changeset, own)),
        }
    }
    found.pairs.sort_by_key(|pair| pair.row);
    let is_known = |row: &usize| {
        let is_pair = found.pairs.binary_search_by_key(row, |pair| pair.row).is_ok();
        is_pair || found.twice.iter().any(|(_, rows)| rows.contains(row))
    };
    found.rows = (0..rows.len()).filter(|row| !is_known(row)).collect();
    found
}

/// Whether both are of one id and author, and the path of one ends with that of the other.
fn is_moved(one: &Identity, other: &Identity) -> bool {
    let same = |one: &str, other: &str| one.to_lowercase() == other.to_lowercase();
    if !same(&one.id, &other.id) || !same(&one.author, &other.author) {
        return false;
    }
    let (one, other) = (
        normalized(&one.path).to_lowercase(),
        normalized(&other.path).to_lowercase(),
    );
    let ends = |long: &str, short: &str| {
        let before = long.strip_suffix(short);
        !short.is_empty() && before.is_some_and(|before| before.ends_with('/'))
    };
    ends(&one, &other) || ends(&other, &one)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identities(texts: &[&str]) -> Vec<Identity> {
        let one = |text: &&str| {
            let mut parts = text.split("::").map(str::to_string);
            let mut next = || parts.next().unwrap_or_default();
            Identity {
                path: next(),
                id: next(),
                author: next(),
            }
        };
        texts.iter().map(one).collect()
    }

    fn found(rows: &[&str], changesets: &[&str]) -> Matched {
        let (rows, changesets) = (identities(rows), identities(changesets));
        matched(&rows.iter().collect::<Vec<_>>(), &changesets.iter().collect::<Vec<_>>())
    }

    fn pairs(found: &Matched) -> Vec<(usize, usize, bool)> {
        let pairs = found.pairs.iter();
        pairs.map(|pair| (pair.row, pair.changeset, pair.is_exact)).collect()
    }

    #[test]
    fn neither_letters_nor_the_way_a_path_is_written_count() {
        let rows = ["classpath:DB/a.xml::1::Ada", "gone.xml::x::ada", "db\\b.xml::1::ada"];
        let found = found(&rows, &["db/b.xml::1::ada", "db/a.xml::1::ada", "db/a.xml::2::ada"]);
        assert_eq!(pairs(&found), [(0, 1, true), (2, 0, true)]);
        assert_eq!((found.rows, found.changesets), (vec![1], vec![2]));
    }

    #[test]
    fn a_path_with_more_before_it_is_the_same_where_it_is_the_only_one() {
        let found_one = found(&["BOOT-INF/classes/db/a.xml::1::ada"], &["db/a.xml::1::ada"]);
        assert_eq!(pairs(&found_one), [(0, 0, false)]);
        assert_eq!(
            pairs(&found(&["a.xml::1::ada"], &["src/db/a.xml::1::ada"])),
            [(0, 0, false)]
        );
        let two = ["db/a.xml::1::ada", "old/a.xml::1::ada"];
        assert_eq!(found(&["a.xml::1::ada"], &two).rows, [0]);
        assert_eq!(found(&two, &["a.xml::1::ada"]).rows, [0, 1]);
        // The exact one goes before.
        let both = found(&["x/a.xml::1::ada", "a.xml::1::ada"], &["a.xml::1::ada"]);
        assert_eq!((pairs(&both), both.rows), (vec![(1, 0, true)], vec![0]));
        assert_eq!(found(&["aa.xml::1::ada"], &["a.xml::1::ada"]).rows, [0]);
    }

    #[test]
    fn a_changeset_with_two_rows_is_told() {
        let found = found(&["a.xml::1::ada", "/a.xml::1::ADA"], &["a.xml::1::ada"]);
        assert_eq!(found.twice, [(0, vec![0, 1])]);
        assert!(found.pairs.is_empty() && found.rows.is_empty());
    }
}
