//! What driftless is made of: permissive licences alone, from the one registry. Nothing is fetched.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).current_dir(root()).output();
    let output = output.unwrap_or_else(|error| panic!("{program}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {}: {said}", arguments.join(" "));
    String::from_utf8(output.stdout).expect("text")
}

/// The packages that are built on this machine.
fn packages() -> Vec<Value> {
    let version = output("rustc", &["-vV"]);
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .expect("a host");
    let arguments = [
        "metadata",
        "--offline",
        "--locked",
        "--format-version",
        "1",
        "--filter-platform",
        host,
    ];
    let metadata: Value = serde_json::from_str(&output(env!("CARGO"), &arguments)).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages").clone();
    assert!(packages.len() > 100, "only {} packages", packages.len());
    packages
}

/// The texts of a list of `deny.toml` that stands on lines of its own.
fn list_of_deny(section: &str, key: &str) -> Vec<String> {
    let text = std::fs::read_to_string(root().join("deny.toml")).expect("deny.toml");
    let (_, section) = text.split_once(&format!("\n[{section}]\n")).expect("the section");
    let (_, list) = section.split_once(&format!("\n{key} = [\n")).expect("the key");
    let (list, _) = list.split_once("\n]").expect("the end of the list");
    let items = list.lines().filter(|line| !line.trim_start().starts_with('#'));
    items
        .filter_map(|line| line.split('"').nth(1))
        .map(str::to_string)
        .collect()
}

/// Whether an SPDX expression can be met with these: of `OR` one has to do, of `AND` all.
fn is_met(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let met = any(&words, &mut at, allowed);
    met && at == words.len()
}

fn any(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let mut met = all(words, at, allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        met |= all(words, at, allowed);
    }
    met
}

fn all(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let mut met = one(words, at, allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        met &= one(words, at, allowed);
    }
    met
}

fn one(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let Some(word) = words.get(*at) else {
        return false;
    };
    *at += 1;
    if *word == "(" {
        let met = any(words, at, allowed);
        let closed = words.get(*at) == Some(&")");
        *at += 1;
        return met && closed;
    }
    let mut licence = word.to_string();
    if words.get(*at) == Some(&"WITH") {
        licence += &format!(" WITH {}", words.get(*at + 1).unwrap_or(&""));
        *at += 2;
    }
    allowed.contains(&licence)
}

#[test]
fn expressions_are_read() {
    let allowed = [
        "MIT".to_string(),
        "Apache-2.0 WITH LLVM-exception".to_string(),
        "ISC".to_string(),
    ];
    for met in [
        "MIT",
        "GPL-3.0 OR MIT",
        "GPL-3.0/MIT",
        "(MIT OR GPL-3.0) AND ISC",
        "Apache-2.0 WITH LLVM-exception",
        "GPL-2.0 AND ISC OR MIT",
    ] {
        assert!(is_met(met, &allowed), "{met}");
    }
    for unmet in [
        "",
        "GPL-3.0",
        "MIT AND GPL-3.0",
        "Apache-2.0",
        "(MIT",
        "MIT)",
        "MIT ISC",
        "GPL-3.0 AND (MIT OR ISC)",
    ] {
        assert!(!is_met(unmet, &allowed), "{unmet}");
    }
}

#[test]
fn every_licence_is_on_the_list() {
    let allowed = list_of_deny("licenses", "allow");
    let mut wrong = Vec::new();
    for package in packages() {
        let licence = package["license"].as_str().unwrap_or_default();
        if !is_met(licence, &allowed) {
            wrong.push(format!("{}: `{licence}`", package["name"]));
        }
    }
    assert!(wrong.is_empty(), "not on the list of deny.toml: {}", wrong.join(", "));
}

#[test]
fn nothing_is_denied_and_everything_comes_from_the_registry() {
    let denied = list_of_deny("bans", "deny");
    for package in packages() {
        let name = package["name"].as_str().expect("a name");
        assert!(
            !denied.iter().any(|known| known == name),
            "{name} is denied by deny.toml"
        );
        let from = package["source"].as_str();
        match name {
            "driftless" => assert_eq!(from, None),
            _ => assert!(
                from.is_some_and(|from| from.starts_with("registry+") && from.ends_with("/crates.io-index")),
                "{name} comes from {from:?}"
            ),
        }
    }
}
