//! Golden checksums: what a changeset means has one checksum for ever, however it is written.

use driftless::changelog::{Folder, gather};

fn checksum(name: &str, text: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join(name), text).expect("a file");
    std::fs::write(folder.path().join("rows.csv"), "id\n1\n").expect("a file");
    let changelog = gather(&Folder::new(folder.path()), name, Default::default());
    assert!(changelog.diagnostics.is_empty(), "{:?}", changelog.diagnostics);
    changelog.changesets[0].checksum.clone()
}

const YAML: &str = "\
changesets:
  - id: a
    operations:
      - create_table:
          table: t
          columns:
            - {name: id, type: bigint, primary_key: true}
            - name: price
              type: decimal(10,2)
              default: 1.50
              references: u(id)
      - insert: {table: t, rows: [{id: 1, price: '2'}]}
      - load_data: {table: t, file: rows.csv}
      - sql: select 1
";

#[test]
fn checksums_never_change() {
    assert_eq!(
        checksum("a.yaml", YAML),
        include_str!("data/golden_checksum.txt").trim()
    );
}

#[test]
fn how_it_is_written_does_not_count() {
    let wanted = checksum("a.yaml", YAML);
    let commented = YAML.replace("  - id: a\n", "  # why\n  - id: a\n    author: x\n    comment: y\n");
    assert_eq!(checksum("a.yaml", &commented), wanted, "comments");
    let reordered = YAML.replace(
        "{name: id, type: bigint, primary_key: true}",
        "{primary_key: true, type: bigint, name: id}",
    );
    assert_eq!(checksum("a.yaml", &reordered), wanted, "the order of keys");
    let spelt_out = YAML.replace(
        "primary_key: true}",
        "primary_key: true, nullable: true, unique: false}",
    );
    assert_eq!(checksum("a.yaml", &spelt_out), wanted, "defaults written out");
    let long = YAML.replace("u(id)", "{table: u, columns: [id], on_delete: no_action}");
    assert_eq!(checksum("a.yaml", &long), wanted, "the long form of a reference");
    let json = r#"{"changesets": [{"id": "a", "operations": [
        {"create_table": {"table": "t", "columns": [{"name": "id", "type": "bigint", "primary_key": true},
            {"name": "price", "type": "decimal(10,2)", "default": 1.50, "references": "u(id)"}]}},
        {"insert": {"table": "t", "rows": [{"id": 1, "price": "2"}]}},
        {"load_data": {"table": "t", "file": "rows.csv"}},
        {"sql": "select 1"}]}]}"#;
    assert_eq!(checksum("a.json", json), wanted, "JSON");
    let windows = YAML.replace('\n', "\r\n");
    assert_eq!(checksum("a.yaml", &windows), wanted, "line endings");
}

#[test]
fn what_it_means_does_count() {
    let wanted = checksum("a.yaml", YAML);
    for (from, to) in [
        ("bigint", "int"),
        ("1.50", "1.5"),
        ("select 1", "select 2"),
        ("id: 1, price", "id: 2, price"),
        ("u(id)", "v(id)"),
    ] {
        assert_ne!(checksum("a.yaml", &YAML.replace(from, to)), wanted, "{from} → {to}");
    }
}
