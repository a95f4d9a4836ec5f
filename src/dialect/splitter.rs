//! Scripts into statements, as the engines' own clients split them.

use super::Family;
use super::lexer::{Token, TokenKind, tokens};

/// One statement of a script: its text without the delimiter, and where it begins in the script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece<'a> {
    pub text: &'a str,
    pub start: usize,
}

/// Splits at `;` outside quotes, comments and bodies (`BEGIN … END`, `CASE … END`), and at what `DELIMITER` set.
pub fn split(sql: &str, family: Family) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut from = 0;
    let mut delimiter = ";".to_string();
    let mut state = State::default();
    let all = tokens(sql, family);
    let mut at = 0;
    while at < all.len() {
        let token = &all[at];
        if family == Family::Mysql && state.is_empty() && token.is_word("delimiter") {
            let end = sql[token.start..]
                .find('\n')
                .map_or(sql.len(), |line| token.start + line);
            delimiter = sql[token.end()..end].trim().to_string();
            from = end;
            at = skip_to(&all, at, end);
            continue;
        }
        let ends = match delimiter.as_str() {
            ";" => token.text == ";" && token.kind == TokenKind::Symbol && state.depth == 0,
            other => token.kind != TokenKind::Text && !other.is_empty() && sql[token.start..].starts_with(other),
        };
        if ends {
            push(&mut pieces, sql, from, token.start);
            from = token.start + delimiter.len();
            state = State::default();
            at = skip_to(&all, at, from);
            continue;
        }
        state.see(token);
        at += 1;
    }
    push(&mut pieces, sql, from, sql.len());
    pieces
}

fn skip_to(all: &[Token<'_>], mut at: usize, offset: usize) -> usize {
    while at < all.len() && all[at].start < offset {
        at += 1;
    }
    at
}

fn push<'a>(pieces: &mut Vec<Piece<'a>>, sql: &'a str, from: usize, to: usize) {
    let text = sql[from..to].trim();
    let blank = tokens(text, Family::Mysql)
        .iter()
        .all(|token| token.is_blank() && !token.text.starts_with("/*!"));
    if !blank {
        let start = from + sql[from..to].len() - sql[from..to].trim_start().len();
        pieces.push(Piece { text, start });
    }
}

/// How deep inside a body of statements we are.
#[derive(Default)]
struct State {
    words: Vec<String>,
    depth: usize,
    /// `BEGIN` opens a body only where the statement creates something that has one.
    has_body: bool,
}

impl State {
    fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    fn see(&mut self, token: &Token<'_>) {
        if token.kind != TokenKind::Word {
            if !token.is_blank() && self.words.is_empty() {
                self.words.push(token.text.to_string());
            }
            return;
        }
        let word = token.text.to_ascii_lowercase();
        let last = self.words.last().map(String::as_str).unwrap_or_default().to_string();
        match word.as_str() {
            "trigger" | "procedure" | "function" | "event" if self.words.first().is_some_and(|w| w == "create") => {
                self.has_body = true;
            }
            "begin" if self.has_body => self.depth += 1,
            "case" if self.depth > 0 && last != "end" => self.depth += 1,
            "if" | "loop" | "repeat" | "while" if self.depth > 0 && last == "end" => {}
            "end" if self.depth > 0 => self.depth -= 1,
            _ => {}
        }
        // `END IF` and its like close what never opened a level here.
        if matches!(word.as_str(), "if" | "loop" | "repeat" | "while") && last == "end" {
            self.depth += 1;
        }
        if self.words.len() < 64 || word == "end" || last == "end" {
            self.words.push(word);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(sql: &str, family: Family) -> Vec<&str> {
        split(sql, family).into_iter().map(|piece| piece.text).collect()
    }

    #[test]
    fn semicolons_in_quotes_and_bodies_do_not_split() {
        let sql = "select ';'; create function f() returns int as $$ begin; end $$ language sql; -- ;\nselect 2";
        assert_eq!(texts(sql, Family::Postgres).len(), 3);
    }

    #[test]
    fn trigger_bodies_stay_whole() {
        let sql = "create trigger t after insert on a begin update b set x = case when 1 then 2 end; delete from c; end; select 1;";
        assert_eq!(texts(sql, Family::Sqlite).len(), 2);
        let sql =
            "create procedure p() begin if a then select 1; end if; while x do set x = 0; end while; end; select 1";
        assert_eq!(texts(sql, Family::Mysql).len(), 2);
    }

    #[test]
    fn delimiter_is_the_clients_own_and_stripped() {
        let sql = "DELIMITER //\ncreate procedure p() begin select 1; end//\nDELIMITER ;\nselect 2;";
        assert_eq!(
            texts(sql, Family::Mysql),
            ["create procedure p() begin select 1; end", "select 2"]
        );
    }

    #[test]
    fn begin_as_a_transaction_opens_no_body() {
        assert_eq!(texts("begin; select 1; commit;", Family::Sqlite).len(), 3);
    }

    /// What is left of a script is blank: pieces lie in order, do not overlap, and nothing but delimiters, blanks and
    /// comments stands between them.
    fn nothing_is_lost(sql: &str, family: Family) -> Result<(), proptest::test_runner::TestCaseError> {
        let mut from = 0;
        let gaps = split(sql, family).into_iter().map(|piece| {
            let gap = &sql[from..piece.start];
            from = piece.start + piece.text.len();
            assert_eq!(&sql[piece.start..from], piece.text);
            gap
        });
        let mut gaps: Vec<&str> = gaps.collect();
        gaps.push(&sql[from..]);
        for gap in gaps {
            let all = tokens(gap, family);
            let lost: Vec<_> = all
                .iter()
                .filter(|token| !token.is_blank() && token.text != ";")
                .collect();
            proptest::prop_assert!(lost.is_empty(), "{sql:?}: {lost:?}");
        }
        Ok(())
    }

    proptest::proptest! {
        #[test]
        fn pieces_lose_nothing(
            words in proptest::collection::vec(
                proptest::sample::select(vec![
                    "select", "create", "trigger", "function", "begin", "end", "if", "case", "loop", "atomic", "x", "1",
                    ";", ";", ";", "'a;b'", "\"c;d\"", "`e;f`", "$$g;h$$", "-- i;j\n", "/* k;l */", "(", ")", "é", "\n",
                ]),
                0..24,
            )
        ) {
            let sql = words.join(" ");
            for family in [Family::Sqlite, Family::Postgres, Family::Mysql] {
                nothing_is_lost(&sql, family)?;
            }
        }
    }
}
