use std::path::Path;

use clap::Args;
use serde::Serialize;

use super::arguments::Common;
use super::output::{Output, good};
use super::{Exit, Failure};
use crate::changelog::{changelog_schema, config_schema};
use crate::database::DatabaseUrl;
use crate::diagnostic::Sources;

#[derive(Args)]
pub(super) struct Init {
    /// The folder to start in
    #[arg(default_value = ".")]
    folder: std::path::PathBuf,
}

#[derive(Serialize)]
struct Report {
    written: Vec<String>,
}

const CHANGELOG: &str = "\
# yaml-language-server: $schema=schema/changelog.schema.json
# Every file of the folder, in the order of the names. `driftless new \"add email to users\"` writes the next one.
changesets:
  - include: changesets/
";

const FIRST: &str = "\
# yaml-language-server: $schema=../schema/changelog.schema.json
id: create-users
comment: People who can sign in.
operations:
  - create_table:
      table: users
      columns:
        - { name: id, type: bigint, identity: true, primary_key: true }
        - { name: email, type: varchar(255), nullable: false, unique: true }
        - { name: created_at, type: timestamp, nullable: false, default: { fn: now } }
";

impl Init {
    pub fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        let url = match &common.url {
            None => "sqlite:app.db".to_string(),
            Some(url) => match DatabaseUrl::parse(url.as_str()) {
                // A secret has no place in a file that is committed.
                Ok(parsed) if parsed.to_string() != url.as_str() => "${env:DATABASE_URL}".to_string(),
                Ok(_) => url.as_str().to_string(),
                Err(error) => return Err(output.run_failed(&error.into(), &Sources::default())),
            },
        };
        let config = format!(
            "# yaml-language-server: $schema=schema/config.schema.json\n\
             changelog: changelog.yaml\n\
             # What `validate` checks for; a version where it matters: postgres:16\n\
             targets: [sqlite, postgres, mysql, mariadb]\n\
             default_environment: dev\n\
             environments:\n  dev:\n    url: \"{url}\"\n"
        );
        // As a person here would call them.
        let shown = |name: &str| match self.folder.as_os_str().to_str() {
            Some(".") => Path::new(name).to_path_buf(),
            _ => self.folder.join(name),
        };
        let schema = |value: serde_json::Value| serde_json::to_string_pretty(&value).unwrap_or_default() + "\n";
        let files = [
            ("driftless.yaml", config),
            ("changelog.yaml", CHANGELOG.to_string()),
            ("changesets/0001_create_users.yaml", FIRST.to_string()),
            ("schema/changelog.schema.json", schema(changelog_schema())),
            ("schema/config.schema.json", schema(config_schema())),
        ];
        if let Some((name, _)) = files.iter().find(|(name, _)| self.folder.join(name).exists()) {
            let message = format!("`{}` is there already", shown(name).display());
            return Err(output.refuse(
                Exit::Usage,
                "exists",
                message,
                Some("`init` overwrites nothing: choose an empty folder"),
            ));
        }
        for (name, text) in &files {
            let path = shown(name);
            write(&path, text).map_err(|error| {
                output.refuse(
                    Exit::Failed,
                    "unwritable",
                    format!("cannot write `{}`: {error}", path.display()),
                    None,
                )
            })?;
            output.say(format!("{} {}", good("wrote"), path.display()));
        }
        output.say("next: `driftless plan`, then `driftless up`");
        let written = files
            .iter()
            .map(|(name, _)| shown(name).display().to_string())
            .collect();
        output.end(Exit::Done, &[], &Sources::default(), Report { written });
        Ok(Exit::Done)
    }
}

/// Writes a file that is not there, with the folders above it.
pub(super) fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut file = std::fs::File::create_new(path)?;
    std::io::Write::write_all(&mut file, text.as_bytes())
}
