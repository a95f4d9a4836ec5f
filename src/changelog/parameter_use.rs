//! Where parameters are used: in operations, and in the values of others.

use std::sync::Arc;

use super::{Changelog, Parameters, Reverse};
use crate::diagnostic::Span;
use crate::document::placeholders;

/// A place at which a parameter is used.
#[derive(Debug, Clone)]
pub struct ParameterUse {
    pub name: String,
    /// The text that it stands in.
    pub span: Span,
    /// What holds there.
    pub parameters: Arc<Parameters>,
}

/// All uses in a changelog, in its order.
pub fn parameter_uses(changelog: &Changelog) -> Vec<ParameterUse> {
    let mut found = Vec::new();
    let mut add = |text: &str, span: Span, parameters: &Arc<Parameters>| {
        for part in placeholders(text).into_iter().filter(|part| !part.literal) {
            found.push(ParameterUse {
                name: part.name.to_string(),
                span,
                parameters: parameters.clone(),
            });
        }
    };
    for changeset in &changelog.changesets {
        let reverse = match &changeset.reverse {
            Some(Reverse::Operations(operations)) => operations.as_slice(),
            Some(Reverse::Irreversible(_)) | None => &[],
        };
        for operation in changeset
            .operations
            .iter()
            .chain(reverse)
            .filter(|one| one.has_parameters)
        {
            let mut visit = |text: &str, span: Span| add(text, span, &changeset.parameters);
            operation.node.visit_strings(&mut visit);
        }
    }
    for scope in &changelog.scopes {
        let parameters = Arc::new(scope.clone());
        for name in scope.names() {
            let values = scope.definitions(name).flat_map(|definition| definition.values());
            values.for_each(|value| add(&value.text, value.span, &parameters));
        }
    }
    found
}
