use super::read;
use crate::diagnostic::{Source, SourceId};
use crate::liquibase::Element;

fn shown(element: &Element, text: &str) -> String {
    let mut shown = element.name.clone();
    for attribute in &element.attributes {
        shown += &format!(" {}={:?}", attribute.name, attribute.value.text);
    }
    if let Some(written) = &element.text {
        let at = &text[written.span.start as usize..written.span.end as usize];
        assert!(at.starts_with(written.text.lines().next().unwrap()), "{at}");
        shown += &format!(" {:?}", written.text);
    }
    let below: Vec<String> = element.children.iter().map(|child| shown_in(child, text)).collect();
    shown + &below.concat()
}

fn shown_in(element: &Element, text: &str) -> String {
    format!("\n{}", shown(element, text)).replace('\n', "\n  ")
}

#[test]
fn formatted_sql_is_what_xml_would_be() {
    let text = "\u{feff}\n-- liquibase FORMATTED sql logicalFilePath:db/a.sql\r\n-- about all\n--property name:a value:b c dbms: h2\n\
                --ignoreLines:1\n--changeset no:no\n--ignoreLines:start\nx\n--ignoreLines:end\n\
                --changeset \"a b\":\"1 2\" runOnChange:true context:\"x and y\" splitStatements:false endDelimiter:// labels:l dbms:mysql\n\
                --comment: why  \n--validCheckSum: 9:1\n--validCheckSum 8:2\n--preconditions onFail:MARK_RAN onUpdateSQL:TEST\n\
                --precondition-sql-check expectedResult:\"0\" SELECT 1\n  --precondition-table-exists table:t schema:s\n\n\
                create table t (a int);\r\n  -- said\n--rollback drop table t;\n  --rollback drop table u;\n\n\
                -- changeset a:2 rollbackEndDelimiter:/ stripComments:false\nselect 1\n/* liquibase rollback\n select 2\n from a */\n\
                --changeset a:3\nselect 3\n--rollback not required\n--changeset a:4\nselect 4\n/\n\
                --rollback changesetId:1 changesetAuthor:a\n";
    let root = read(SourceId(0), text).unwrap();
    assert_eq!(root.remarks, ["about all"]);
    let expected = r#"databaseChangeLog logicalFilePath="db/a.sql"
  property name="a" value="b" dbms="h2"
  changeSet author="a b" id="1 2" runOnChange="true" context="x and y" labels="l" dbms="mysql"
    comment "why"
    validCheckSum "9:1"
    validCheckSum "8:2"
    preConditions onFail="MARK_RAN" onSqlOutput="TEST"
      sqlCheck expectedResult="0" "SELECT 1"
      tableExists tableName="t" schemaName="s"
    sql splitStatements="false" stripComments="true" endDelimiter="//" "create table t (a int);\n  -- said"
    rollback
      sql "drop table t;\ndrop table u;"
  changeSet author="a" id="2"
    sql stripComments="false" endDelimiter="/" "select 1"
    rollback
      sql endDelimiter="/" "select 2\n from a"
  changeSet author="a" id="3"
    sql stripComments="true" "select 3"
    rollback
      empty
  changeSet author="a" id="4"
    sql stripComments="true" endDelimiter="\n/$" "select 4\n/"
    rollback changeSetId="1" changeSetAuthor="a""#;
    assert_eq!(shown(&root, text), expected);
}

#[test]
fn what_liquibase_refuses_is_told_with_its_line() {
    let body = "--changeset a:1\nselect 1\n";
    for (lines, at) in [
        ("-changeset a:1", 2),
        ("--changeset a", 2),
        ("--changeset a: 1", 2),
        ("--comment no changeset", 2),
        ("--property name=a", 2),
        ("--ignore:1", 2),
        ("-ignoreLines:1", 2),
        ("--ignoreLines:some", 2),
        (&format!("{body}--comments x"), 4),
        (&format!("{body}-comment x"), 4),
        (&format!("{body}-rollback x"), 4),
        (&format!("{body}-validCheckSum x"), 4),
        (&format!("{body}-preconditions x"), 4),
        (&format!("{body}-precondition-sql-check x"), 4),
        (&format!("{body}--precondition-sql-check"), 4),
        (&format!("{body}--precondition-sql-check expectedResult: 0 select"), 4),
        (&format!("{body}--precondition-row-count x"), 4),
        (&format!("{body}--precondition-view-exists x"), 4),
        (&format!("{body}--rollback changesetId:1"), 4),
        (&format!("{body}/* liquibase rollback\n"), 4),
        (&format!("{body}--changeset a:2\n"), 4),
        (&format!("--changeset a:2\n{body}"), 2),
    ] {
        let text = format!("--liquibase formatted sql\n{lines}");
        let told = read(SourceId(0), &text).expect_err(lines);
        let file = Source::new("a.sql", text.as_str());
        let line = file.position(told[0].labels[0].span.start as usize).line;
        assert_eq!((told.len(), line), (1, at), "{lines}: {told:?}");
    }
}

#[test]
fn sql_without_a_header_is_one_changeset() {
    let root = read(SourceId(0), "select 1;\nselect 2\n").unwrap();
    let changeset = &root.children[0];
    assert_eq!(
        (changeset.text_of("author"), changeset.text_of("id")),
        (Some("includeAll"), Some("raw"))
    );
    let sql = changeset.child("sql").unwrap();
    assert_eq!(sql.text_of("splitStatements"), Some("false"));
    assert_eq!(sql.text.as_ref().unwrap().text, "select 1;\nselect 2\n");
}
