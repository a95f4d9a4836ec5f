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
    let words = ["connect", "shutting down", "terminating"];
    let told = words.iter().any(|word| text.contains(word));
    assert!(told, "not a word about the connection: {text}");
    let through = text.lines().filter(|line| line.starts_with("+ ")).count();
    if (1..ids.len()).contains(&through) {
        let at = &ids[through];
        assert!(
            text.contains(&format!("`{at}`")),
            "it does not say that it was at `{at}`: {text}"
        );
    }
}
