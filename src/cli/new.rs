use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;
use serde::Serialize;

use super::arguments::Common;
use super::init::write;
use super::output::{Output, good};
use super::project::Project;
use super::{Exit, Failure};
use crate::diagnostic::Sources;

#[derive(Args)]
pub(super) struct New {
    /// What the changeset is for, in a few words: "add email to users"
    title: String,
    /// The folder to write it to, below the changelog's (default: the first folder that the changelog includes)
    #[arg(long, value_name = "FOLDER")]
    folder: Option<String>,
    /// Who writes it
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
}

#[derive(Serialize)]
struct Report {
    id: String,
    file: String,
    /// Whether the changelog takes it in already.
    included: bool,
}

impl New {
    pub fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        let project = Project::open(common, output)?;
        let slug = slug(&self.title);
        if slug.is_empty() {
            let help = "say what it is for: `driftless new \"add email to users\"`";
            return Err(output.refuse(Exit::Usage, "title", "the title holds no letter", Some(help)));
        }
        let folder = match &self.folder {
            Some(folder) => folder.trim_end_matches('/').to_string(),
            None => included_folder(&project).unwrap_or_default(),
        };
        let stem = format!("{}_{slug}", timestamp());
        let below = match folder.is_empty() {
            true => format!("{stem}.yaml"),
            false => format!("{folder}/{stem}.yaml"),
        };
        let text = self.text(&project, &below);
        let path = PathBuf::from(project.folder.display(&below));
        write(&path, &text).map_err(|error| {
            output.refuse(
                Exit::Failed,
                "unwritable",
                format!("cannot write `{}`: {error}", path.display()),
                None,
            )
        })?;
        let included = project
            .changelog()
            .changesets
            .iter()
            .any(|changeset| changeset.file == below);
        output.say(format!("{} {}", good("wrote"), path.display()));
        if !included {
            output.say(format!(
                "add it to `{}`:\n  - include: {below}",
                project.folder.display(&project.first)
            ));
        }
        let report = Report {
            id: stem,
            file: path.display().to_string(),
            included,
        };
        output.end(Exit::Done, &[], &Sources::default(), report);
        Ok(Exit::Done)
    }

    fn text(&self, project: &Project, below: &str) -> String {
        let depth = below.matches('/').count();
        let schema = format!("{}schema/changelog.schema.json", "../".repeat(depth));
        let has_schema = project.folder.on_disk("schema/changelog.schema.json").is_file();
        let mut text = String::new();
        if has_schema {
            text += &format!("# yaml-language-server: $schema={schema}\n");
        }
        if let Some(author) = &self.author {
            text += &format!("author: {}\n", quoted(author));
        }
        text += &format!("comment: {}\n", quoted(&self.title));
        text += "operations: []\n";
        text
    }
}

/// A text in YAML's double quotes, which are JSON's.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The first folder that the changelog includes.
fn included_folder(project: &Project) -> Option<String> {
    let text = project.folder.read(&project.first).ok()?;
    let mut sources = Sources::default();
    let id = sources.add(&project.first, text);
    let root = crate::document::parse(id, &sources, crate::document::Limits::default()).ok()?;
    let includes = root
        .get("changesets")?
        .items()
        .iter()
        .filter_map(|item| item.get("include")?.as_str());
    let mut folders = includes.filter_map(|include| project.folder.resolve(&project.first, include).ok());
    folders.find(|below| project.folder.on_disk(below).is_dir())
}

fn slug(title: &str) -> String {
    let words: Vec<String> = title
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join("_").chars().take(60).collect()
}

/// `20241231235959`, in UTC, so that the files of two branches sort by when they were written.
fn timestamp() -> String {
    let seconds = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_secs());
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = date(days as i64);
    format!(
        "{year:04}{month:02}{day:02}{:02}{:02}{:02}",
        rest / 3600,
        rest / 60 % 60,
        rest % 60
    )
}

/// The date so many days after 1970-01-01, by counting in eras of 400 years that begin in March.
pub(super) fn date(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_counted_right() {
        assert_eq!(date(0), (1970, 1, 1));
        assert_eq!(date(19_782), (2024, 2, 29));
        assert_eq!(date(20_453), (2025, 12, 31));
    }

    #[test]
    fn titles_become_file_names() {
        assert_eq!(slug("Add e-mail to Users!"), "add_e_mail_to_users");
    }
}
