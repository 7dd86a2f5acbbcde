//! Tags, from the day on which they were added to the last day on which they count.

use super::{Dated, PersonState};
use crate::code::{Code, OrganisationCode};
use crate::fact::Fact;
use crate::id::TagId;
use jiff::civil::Date;

/// A grant, scheme or campaign to which the person's care belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Its id.
    pub id: TagId,
    /// Code of `tags`.
    pub code: Code,
    /// The organisation that added it.
    pub organisation: OrganisationCode,
    /// The first day.
    pub added: Dated,
    /// The last day, when it is known.
    pub until: Option<Date>,
    /// When it was removed: the first day without it.
    pub removed: Option<Dated>,
}

impl Tag {
    /// The first day without it; `None` while no end is known.
    pub fn ends_on(&self) -> Option<Date> {
        let after_last = self.until.map(|last| last.tomorrow().unwrap_or(last));
        [after_last, self.removed.map(|at| at.date())]
            .into_iter()
            .flatten()
            .min()
    }

    /// True on the days on which it counts.
    pub fn counts_on(&self, day: Date) -> bool {
        self.added.date() <= day && self.ends_on().is_none_or(|end| day < end)
    }
}

impl PersonState {
    /// A tag by its id.
    pub fn tag(&self, id: TagId) -> Option<&Tag> {
        self.tags.iter().find(|tag| tag.id == id)
    }

    pub(super) fn evolve_tag(&mut self, at: Dated, fact: &Fact) {
        match fact {
            Fact::TagAdded(f) => {
                if self
                    .tags
                    .iter()
                    .any(|tag| tag.code == f.code && tag.counts_on(at.date()))
                {
                    self.conflict(
                        at,
                        "tag_already_added",
                        "/tag",
                        "The person has this tag already on that day. Remove the old one first, or give a later day.",
                    );
                }
                if f.until.is_some_and(|last| last < at.date()) {
                    self.conflict(
                        at,
                        "ends_before_start",
                        "/until",
                        "The last day lies before the first.",
                    );
                }
                self.tags.push(Tag {
                    id: f.tag,
                    code: f.code.clone(),
                    organisation: f.organisation.clone(),
                    added: at,
                    until: f.until,
                    removed: None,
                });
            }
            Fact::TagRemoved(f) => match self.tags.iter_mut().find(|tag| tag.id == f.tag) {
                None => self.conflict(
                    at,
                    "before_tag",
                    "/occurred",
                    "This is dated before the tag was added.",
                ),
                Some(tag) => match tag.ends_on() {
                    Some(end) if end <= at.date() => {
                        let detail = format!("The tag counts no longer since {end}.");
                        self.conflict(at, "tag_already_ended", "/occurred", detail);
                    }
                    _ => tag.removed = Some(at),
                },
            },
            _ => {}
        }
    }
}
