//! One page of releases in a state: which rows were looked at, which are shown, where the next page begins.

use jiff::civil::Date;
use throughcare_domain::continuity::{Reading, ReleaseCare, ReleaseFacts, assess};
use throughcare_domain::rows::{Row, RowDetail};
use uuid::Uuid;

/// Rows looked at for one page, so that a rare state still gets an answer soon; the cursor goes on.
pub const MOST_SCANNED: u32 = 2_000;

/// What of some rows stands on the page.
#[derive(Clone, Debug)]
pub struct Picked {
    /// Index of the row and where its release stands.
    pub shown: Vec<(usize, ReleaseCare)>,
    /// The last row looked at.
    pub last: Option<(Date, Uuid)>,
    /// True when rows were left over because the page is full.
    pub full: bool,
}

/// The facts of a release's row.
pub fn facts(row: &Row) -> Option<&ReleaseFacts> {
    match &row.detail {
        RowDetail::Release(facts) => Some(facts),
        _ => None,
    }
}

/// Picks the first `size` rows whose release is in a state on a day; every one when no state is asked for.
pub fn pick<'a>(
    rows: impl IntoIterator<Item = &'a Row>,
    state: Option<&str>,
    day: Date,
    size: usize,
) -> Picked {
    let reading = Reading::default();
    let mut picked = Picked {
        shown: Vec::new(),
        last: None,
        full: false,
    };
    for (index, row) in rows.into_iter().enumerate() {
        if picked.shown.len() == size {
            picked.full = true;
            break;
        }
        picked.last = Some((row.opened_on, row.id));
        let Some(facts) = facts(row) else { continue };
        let care = assess(facts, day, &reading);
        if state.is_none_or(|wanted| wanted == care.state.as_str()) {
            picked.shown.push((index, care));
        }
    }
    picked
}

#[cfg(test)]
mod tests;
