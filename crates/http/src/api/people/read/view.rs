//! What every view of one person shares: two times, the entity tag, and 304.

use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::refusal::problem;
use crate::api::shown::{shown_tagged, tag_of_day};
use crate::api::times::{KnownWire, times};
use crate::preconditions::{IfNoneMatch, not_modified};
use crate::problem::{Problem, ProblemKind};
use crate::time::WhenWire;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use throughcare_app::query::PersonRead;
use throughcare_domain::access::Visibility;
use throughcare_domain::id::PersonId;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// When.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ViewQuery {
    /// As it was true then: at the end of a date, or at an instant. Now, when absent.
    pub as_of: Option<WhenWire>,
    /// As it was known then. Now, when absent.
    #[param(inline)]
    pub known_at: Option<KnownWire>,
}

/// Reads a person and shows something of them, unless the client has it already.
///
/// # Errors
/// 404 for whom the caller may not see, and what `show` refuses.
pub async fn view<B: Serialize>(
    state: &ApiState,
    asking: &Asking,
    person: Uuid,
    when: ViewQuery,
    has: &IfNoneMatch,
    show: impl FnOnce(&PersonRead) -> Result<B, Problem>,
) -> Result<Response, Problem> {
    view_for(|_| true, state, asking, person, when, has, show).await
}

/// As [`view`], for those alone who see the whole record.
///
/// # Errors
/// As [`view`]; 404 for those who see only what they recorded themselves.
pub async fn view_of_the_whole<B: Serialize>(
    state: &ApiState,
    asking: &Asking,
    person: Uuid,
    when: ViewQuery,
    has: &IfNoneMatch,
    show: impl FnOnce(&PersonRead) -> Result<B, Problem>,
) -> Result<Response, Problem> {
    let whole = |read: &PersonRead| read.visibility == Visibility::Full;
    view_for(whole, state, asking, person, when, has, show).await
}

async fn view_for<B: Serialize>(
    may: impl FnOnce(&PersonRead) -> bool,
    state: &ApiState,
    asking: &Asking,
    person: Uuid,
    when: ViewQuery,
    has: &IfNoneMatch,
    show: impl FnOnce(&PersonRead) -> Result<B, Problem>,
) -> Result<Response, Problem> {
    let times = times(when.as_of, when.known_at);
    let read = state
        .app
        .person(&asking.caller, PersonId(person), times)
        .await
        .map_err(problem)?;
    if !may(&read) {
        return Err(Problem::new(ProblemKind::NotFound));
    }
    let tag = match when.as_of {
        Some(_) => read.etag.clone(),
        None => tag_of_day(&read.etag, read.day),
    };
    if has.has(&tag) {
        return Ok(not_modified(tag));
    }
    Ok(shown_tagged(show(&read)?, read.position, &tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_says_as_it_was_true_and_as_it_was_known() {
        let query: ViewQuery = crate::query::read("asOf=2026-03-01&knownAt=2026-03-02T09:00:00Z").unwrap();
        assert!(matches!(
            (query.as_of, query.known_at),
            (Some(WhenWire::On(_)), Some(KnownWire::At(_)))
        ));
        assert!(crate::query::read::<ViewQuery>("").is_ok());
        assert!(crate::query::read::<ViewQuery>("asof=2026-03-01").is_err());
    }
}
