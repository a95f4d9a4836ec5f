//! Titles as parts of file names: letters and digits of any script, in lower case, with `_` between words.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The most that a name has of it: file systems count bytes.
const LONGEST: usize = 60;
const MOST_BYTES: usize = 160;

/// A title in the form that one text has on every system; empty where it holds no letter and no digit.
pub(super) fn slug(title: &str) -> String {
    // A letter and its accent are one: a name would else be another one, depending on who typed it.
    let title: String = title.to_lowercase().nfc().collect();
    let words = title.split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c));
    let words = words.filter(|word| word.contains(char::is_alphanumeric));
    let mut slug = String::new();
    for word in words {
        let gap = if slug.is_empty() { "" } else { "_" };
        if !slug.is_empty() && !fits(&format!("{slug}{gap}{word}")) {
            break;
        }
        slug += &format!("{gap}{word}");
    }
    while !fits(&slug) {
        slug.pop();
    }
    slug
}

fn fits(slug: &str) -> bool {
    slug.chars().count() <= LONGEST && slug.len() <= MOST_BYTES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_become_file_names() {
        assert_eq!(slug("Add e-mail to Users!"), "add_e_mail_to_users");
        assert_eq!(slug("Größe & Überblick"), "größe_überblick");
        assert_eq!(slug("Cafe\u{301}"), "caf\u{e9}");
        assert_eq!(slug("हिन्दी नाम"), "हिन्दी_नाम");
        assert_eq!(slug("利用者に名前を追加"), "利用者に名前を追加");
        assert_eq!(slug("../a/b\\c\0"), "a_b_c");
        assert_eq!(slug("🎉 …"), "");
    }

    #[test]
    fn long_titles_end_with_a_word() {
        let words = slug(&"word ".repeat(40));
        assert!(words.ends_with("_word") && words.len() <= LONGEST, "{words}");
        assert_eq!(slug(&"x".repeat(300)).len(), LONGEST);
        assert!(slug(&"名".repeat(300)).len() <= MOST_BYTES);
    }
}
