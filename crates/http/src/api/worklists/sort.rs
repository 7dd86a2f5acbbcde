//! The order of a worklist, as it is asked for: a word, with a minus before it for the other way round.

use crate::problem::{Fault, Problem, ProblemKind};
use serde::{Deserialize, Serialize};
use throughcare_app::query::ListOrder;
use throughcare_domain::rows::RowKind;
use utoipa::ToSchema;

/// In which order the lines stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub enum WorklistSort {
    /// What has been on the list for longest comes first.
    #[default]
    #[serde(rename = "opened")]
    Opened,
    /// What came on the list last comes first.
    #[serde(rename = "-opened")]
    OpenedLast,
    /// What is due soonest comes first, and last what is due on no day.
    #[serde(rename = "due")]
    Due,
    /// What is due latest comes first, and last what is due on no day.
    #[serde(rename = "-due")]
    DueLast,
}

impl WorklistSort {
    /// The word, for the scope of cursors.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::OpenedLast => "-opened",
            Self::Due => "due",
            Self::DueLast => "-due",
        }
    }

    /// The order of a list.
    ///
    /// # Errors
    /// `validation_failed` when nothing on the list is due by a day: it would stand in no order at all.
    pub fn of(self, kind: RowKind) -> Result<ListOrder, Problem> {
        let by_due = matches!(self, Self::Due | Self::DueLast);
        if by_due && !kind.has_due_days() {
            let detail = "Nothing on this list is due by a day. Sort it by opened or -opened.";
            let fault = Fault::new("/query/sort", "not_for_this_list", detail);
            return Err(Problem::new(ProblemKind::ValidationFailed).fault(fault));
        }
        Ok(match self {
            Self::Opened => ListOrder::Oldest,
            Self::OpenedLast => ListOrder::Newest,
            Self::Due => ListOrder::DueSoonest,
            Self::DueLast => ListOrder::DueLatest,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_read_as_it_is_written() {
        for sort in [
            WorklistSort::Opened,
            WorklistSort::OpenedLast,
            WorklistSort::Due,
            WorklistSort::DueLast,
        ] {
            assert_eq!(serde_json::to_value(sort).unwrap(), sort.as_str());
        }
        assert!(serde_json::from_str::<WorklistSort>("\"age\"").is_err());
    }

    #[test]
    fn a_list_without_due_days_is_not_sorted_by_them() {
        assert_eq!(
            WorklistSort::Due.of(RowKind::TriageDue).ok(),
            Some(ListOrder::DueSoonest)
        );
        for sort in [WorklistSort::Due, WorklistSort::DueLast] {
            let refused = sort.of(RowKind::Tag).unwrap_err();
            assert_eq!(refused.kind(), ProblemKind::ValidationFailed);
        }
        assert_eq!(
            WorklistSort::OpenedLast.of(RowKind::Tag).ok(),
            Some(ListOrder::Newest)
        );
    }
}
