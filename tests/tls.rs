//! TLS is what the URL asks for: refused where the server has none or another certificate than is trusted.

mod support;

use std::path::Path;
use std::process::Output;

use support::{TestDatabase, driftless};

fn connect(database: &TestDatabase, parameters: &str) -> (Output, String) {
    let url = format!("{}?{parameters}", database.url);
    let output = driftless(database.folder(), &["history", "--url", &url]);
    let all = [output.stdout.as_slice(), &output.stderr].concat();
    (output, String::from_utf8_lossy(&all).into_owned())
}

fn refused(database: &TestDatabase, parameters: &str, words: &str) {
    let (output, text) = connect(database, parameters);
    assert_eq!(output.status.code(), Some(1), "{parameters}: {text}");
    assert!(
        text.contains("TLS failed") && text.contains(words),
        "{parameters}: {text}"
    );
}

fn taken(database: &TestDatabase, parameters: &str) {
    let (output, text) = connect(database, parameters);
    assert!(output.status.success(), "{parameters}: {text}");
}

/// The test servers of these have no TLS.
#[test]
fn a_server_without_tls_is_refused_where_tls_is_required() {
    let postgres = TestDatabase::new("postgres");
    for mode in ["require", "verify-ca", "verify-full"] {
        refused(&postgres, &format!("sslmode={mode}"), "does not support TLS");
    }
    let mariadb = TestDatabase::new("mariadb");
    for mode in ["REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY"] {
        refused(&mariadb, &format!("ssl-mode={mode}"), "does not support TLS");
    }
    taken(&postgres, "sslmode=prefer");
    taken(&mariadb, "ssl-mode=PREFERRED");
}

/// MySQL makes certificates of its own, with a CA of its own, and with no host in them.
#[test]
fn a_certificate_is_verified_as_far_as_the_mode_says() {
    let mysql = TestDatabase::new("mysql");
    let data: String = mysql
        .query("SELECT @@datadir")
        .into_iter()
        .flatten()
        .flatten()
        .collect();
    let own = Path::new(&data).join("ca.pem");
    assert!(
        own.exists(),
        "the test server's own CA is not to be had at {}",
        own.display()
    );
    let own = own.display();
    let other = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/other_ca.pem");
    let other = other.display();
    for mode in ["PREFERRED", "REQUIRED"] {
        taken(&mysql, &format!("ssl-mode={mode}"));
        taken(&mysql, &format!("ssl-mode={mode}&ssl-ca={other}"));
    }
    taken(&mysql, &format!("ssl-mode=VERIFY_CA&ssl-ca={own}"));
    refused(&mysql, &format!("ssl-mode=VERIFY_CA&ssl-ca={other}"), "UnknownIssuer");
    // The system's CAs alone know nothing of it.
    refused(&mysql, "ssl-mode=VERIFY_CA", "UnknownIssuer");
    refused(&mysql, "ssl-mode=VERIFY_IDENTITY", "UnknownIssuer");
    refused(
        &mysql,
        &format!("ssl-mode=VERIFY_IDENTITY&ssl-ca={own}"),
        "certificate not valid for name `127.0.0.1`",
    );
}
