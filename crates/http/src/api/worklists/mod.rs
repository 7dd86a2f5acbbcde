//! A service's worklists: what is to be done, by age.

mod counts;
mod csv;
mod line;
mod list;
mod name;
mod overdue;
mod possible_matches;
mod sort;
mod unseen_matches;

use super::ApiState;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(counts::worklist_counts))
        .routes(routes!(list::worklist))
        .routes(routes!(overdue::overdue))
        .routes(routes!(possible_matches::possible_matches_of))
        .routes(routes!(unseen_matches::unseen_matches))
}
