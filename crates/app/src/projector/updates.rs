//! Rows of one person, as known after each of some positions.

use throughcare_domain::directory::Directory;
use throughcare_domain::event::RecordedEvent;
use throughcare_domain::rows::{Row, rows};
use throughcare_domain::state::PersonState;

/// Rows as known after each of the positions, which stand in order and in the history.
pub(super) fn steps<'d>(
    history: &[RecordedEvent],
    positions: &[u64],
    directory_at: impl Fn(u64) -> &'d Directory,
) -> Vec<(u64, Vec<Row>)> {
    positions
        .iter()
        .map(|position| {
            let known = history
                .iter()
                .filter(|event| event.envelope.position <= *position);
            (
                *position,
                rows(&PersonState::fold(known), directory_at(*position)),
            )
        })
        .collect()
}
