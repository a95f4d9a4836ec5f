//! What a run has to say when its server is gone.

use crate::state::moves;
use crate::trial::{Ended, Trial};

/// Whether it told of the connection, and which changeset it was at; or was through, so that only the goodbye was lost. The
/// server has to be there again. `ids` is all that the run had to do.
pub fn tells(ended: &Ended, trial: &Trial, ids: &[String]) {
    let text = &ended.text;
    assert!(matches!(ended.code, Some(0 | 1 | 5)), "{:?}: {text}", ended.code);
    assert!(!text.contains("panicked"), "{text}");
    if ended.code == Some(0) {
        let applied = moves(&trial.database);
        let all = ids
            .iter()
            .all(|id| applied.contains(&(id.clone(), "applied".to_string())));
        assert!(all, "it ended well, and only this is applied: {applied:?}");
        return;
    }
    let words = ["connect", "shutting down", "shutdown", "terminating"];
    let told = words.iter().any(|word| text.contains(word));
    assert!(told, "not a word about the connection: {text}");
    let helps = text.contains(" = help: ") || text.contains("cannot connect");
    assert!(helps, "not a word of what to do: {text}");
    truthful(text, trial);
    let through = text.lines().filter(|line| line.starts_with("+ ")).count();
    if (1..ids.len()).contains(&through) {
        let at = &ids[through];
        assert!(
            text.contains(&format!("`{at}`")),
            "it does not say that it was at `{at}`: {text}"
        );
    }
}

/// Whether what it looked up of the changesets is so: the lines that list what is applied, and what is not.
fn truthful(text: &str, trial: &Trial) {
    let applied = moves(&trial.database);
    let is_applied = |id: &str| {
        applied
            .iter()
            .rev()
            .find(|(of, _)| of == id)
            .is_some_and(|(_, state)| state == "applied")
    };
    for (word, expected) in [("not applied: ", false), ("note: applied: ", true)] {
        let Some((_, ids)) = text.split_once(word) else {
            continue;
        };
        let ids = ids.lines().next().unwrap_or_default().split('`').skip(1).step_by(2);
        for id in ids {
            assert_eq!(
                is_applied(id),
                expected,
                "it says that `{id}` is {word}, and the history: {applied:?}\n{text}"
            );
        }
    }
}
