//! A line about somebody whose record is sealed from the caller.

use super::WorklistLine;
use jiff::civil::Date;
use throughcare_app::query::SealedLine;
use throughcare_domain::when::days_between;

/// What somebody is shown of a line about a record that is sealed from them.
pub(super) fn line(line: SealedLine, day: Date) -> WorklistLine {
    let (duty, due_on) = line.due.unzip();
    WorklistLine {
        sealed: Some(line.ask.into()),
        on_list_since: line.opened_on,
        counted_from: line.opened_on,
        age_days: days_between(line.opened_on, day),
        duty: duty.map(|duty| duty.as_str().to_owned()),
        due_on,
        overdue: due_on.map(|due| due < day),
        ..WorklistLine::default()
    }
}
