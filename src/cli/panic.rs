//! What is said where driftless itself is wrong: one sentence, and nothing that may be secret.

use std::io::Write;
use std::panic::PanicHookInfo;

use crate::diagnostic::mask_urls;

/// Sets what is said in place of Rust's own words. The process still ends with 101.
pub(super) fn say_it_in_a_sentence() {
    std::panic::set_hook(Box::new(|info| {
        // What cannot be said must not fail once more.
        let _ = std::io::stderr().lock().write_all(report(info).as_bytes());
    }));
}

fn report(info: &PanicHookInfo<'_>) -> String {
    let said = info.payload_as_str().unwrap_or("it does not say why");
    let place = info
        .location()
        .map(|place| format!("{}:{}", place.file(), place.line()))
        .unwrap_or_default();
    text(said, &place)
}

fn text(said: &str, place: &str) -> String {
    let said = mask_urls(said);
    // A sentence is one line, and no longer than a person reads.
    let said: String = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let said: String = said.chars().take(500).collect();
    format!(
        "error: driftless {} has a mistake in itself: {said} ({place})\n\
         help: please report this line to the project, and what you ran; what the database holds, `driftless status` tells\n",
        env!("CARGO_PKG_VERSION")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHILD: &str = "DRIFTLESS_TEST_PANIC";

    #[test]
    fn a_panic_is_one_sentence_without_secrets() {
        let said = text("why\n  postgres://app:secret@db/x", "src/a.rs:7");
        assert!(!said.contains("secret"), "{said}");
        assert!(said.contains(": why postgres://app:***@db/x (src/a.rs:7)\n"), "{said}");
        assert_eq!(said.lines().count(), 2);
    }

    /// The hook at work, in a process of its own: this test again, which then panics.
    #[test]
    fn a_panicking_process_says_so_and_ends_with_101() {
        if std::env::var_os(CHILD).is_some() {
            say_it_in_a_sentence();
            let url = "mysql://app:secret@db/x?ssl-key=secret";
            panic!("no way to {url}");
        }
        let name = "cli::panic::tests::a_panicking_process_says_so_and_ends_with_101";
        let output = std::process::Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", name, "--nocapture"])
            .env(CHILD, "1")
            .env("RUST_BACKTRACE", "full")
            .output()
            .expect("it starts");
        let all = [output.stdout.as_slice(), &output.stderr].concat();
        let all = String::from_utf8_lossy(&all);
        assert_eq!(output.status.code(), Some(101), "{all}");
        assert!(
            all.contains("has a mistake in itself: no way to mysql://app:***@db/x?ssl-key=*** (src/cli/panic.rs:"),
            "{all}"
        );
        assert!(!all.contains("secret") && !all.contains("stack backtrace"), "{all}");
    }
}
