//! Who might be the same person: records that the caller sees as this one, compared field by field.
//!
//! Whoever sees only one of two records is told nothing of the other, not even that there is one: that somebody is known
//! elsewhere is itself told to nobody who does not see it (`trust.md`). Whoever sees both decides, by joining them or by
//! saying that they are two people's; either way they are not offered again (`cases.md` I3).

use super::{PersonRead, Times};
use crate::App;
use crate::caller::Caller;
use crate::error::AppError;
use crate::looks::Extent;
use std::time::Duration;
use throughcare_domain::access::{self, Rule, Visibility};
use throughcare_domain::directory::Directory;
use throughcare_domain::event::Role;
use throughcare_domain::history::History;
use throughcare_domain::id::PersonId;
use throughcare_domain::matching::{Portrait, Score, Verdict, compare};
use tokio::sync::watch;
use uuid::Uuid;

/// How long between looks whether the log has gone on, where nothing was left to be done.
const EVERY: Duration = Duration::from_millis(500);

/// A record that might be the same person's.
#[derive(Clone, Debug)]
pub struct PossibleMatch {
    /// The other record.
    pub read: PersonRead,
    /// How they compare.
    pub score: Score,
}

/// Records that might be one person's with one record.
#[derive(Clone, Debug)]
pub struct PossibleMatches {
    /// Under which id the person is read.
    pub person: PersonId,
    /// The best first.
    pub matches: Vec<PossibleMatch>,
    /// True when not everything was compared that might have been: too many records share what this one says.
    pub not_all_compared: bool,
    /// Log position up to which it is true.
    pub position: u64,
}

impl App {
    /// Records that might be the same person's and that the caller sees as this one. None where either is sealed: such
    /// records stand alone.
    ///
    /// # Errors
    /// [`AppError::WrongRole`] for who may not join records; [`AppError::NotFound`] for a person whom the caller does not
    /// see in full.
    pub async fn possible_matches(
        &self,
        caller: &Caller,
        person: PersonId,
    ) -> Result<PossibleMatches, AppError> {
        if !matches!(caller.role(), Role::Worker | Role::Clinician) {
            return Err(AppError::WrongRole(Rule::RecordsAreJoinedByWorkers.sentence()));
        }
        // Before the record is read: what is in the keys is in what is read after.
        let made = self.inner.store.match_keys_made().await?;
        let own = self.person(caller, person, Times::default()).await?;
        if own.visibility != Visibility::Full {
            return Err(AppError::NotFound);
        }
        let mut found = PossibleMatches {
            person: own.person,
            matches: Vec::new(),
            not_all_compared: false,
            position: own.position.min(made.position),
        };
        let directory = self.directory_lately().await?;
        if stands_alone(&directory, &own.history) {
            return Ok(found);
        }
        let portrait = Portrait::of(&own.state().identity);
        let reach = self.reach(caller).await?;
        let but: Vec<Uuid> = own.records.iter().map(|record| record.0).collect();
        let candidates = self.inner.store.match_candidates(&reach, &portrait, &but).await?;
        found.not_all_compared = candidates.too_common > 0 || candidates.left_out > 0;
        let (quiet, only) = (caller.unnoticed(), self.admit(caller).await?);
        for candidate in candidates.records {
            let Some(read) = self.seen(&quiet, candidate).await? else {
                continue;
            };
            let known = |other: &PossibleMatch| other.read.person == read.person;
            let narrowed = only.as_ref();
            let reached = narrowed.is_none_or(|only| only.of(caller).concerns(&read.history, &directory));
            if !reached || found.matches.iter().any(known) {
                continue;
            }
            found.matches.extend(offered(&directory, &own, read));
        }
        found.matches.sort_by_key(|one| {
            (
                std::cmp::Reverse((one.score.verdict, one.score.points)),
                one.read.person,
            )
        });
        let today = self.today();
        for PossibleMatch { read, .. } in &found.matches {
            let grounds = access::grounds(&read.history, caller.organisation(), caller.role(), today);
            caller.looks.note(Some(read.person), Extent::Record, grounds);
        }
        Ok(found)
    }

    /// One step; true when nothing is left. Keys first: they find whom to compare.
    async fn match_now(&self) -> Result<bool, AppError> {
        let store = &self.inner.store;
        Ok(store.make_match_keys().await?.is_all() && store.compare_records().await?.is_all())
    }

    /// Makes the keys by which records find each other, and compares them, until `stop` says true.
    pub async fn make_match_keys_until(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            match self.match_now().await {
                Ok(false) => continue,
                Ok(true) => {}
                Err(error) => tracing::error!(%error, "records could not be compared; trying again"),
            }
            tokio::select! {
                _ = stop.changed() => {}
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }
}

/// What is shown of two records that somebody sees, when there is something.
pub(super) fn offered(directory: &Directory, own: &PersonRead, read: PersonRead) -> Option<PossibleMatch> {
    let score = scored(directory, &own.history, &read.history)?;
    Some(PossibleMatch { read, score })
}

/// How two records compare; nothing where they are one person's already, where either is sealed, where it was said that
/// they are two people's, and where they do not compare so.
pub(super) fn scored(directory: &Directory, one: &History, other: &History) -> Option<Score> {
    let apart = one.person() == other.person()
        || stands_alone(directory, one)
        || stands_alone(directory, other)
        || said_to_be_two(one, other);
    if apart {
        return None;
    }
    let portrait = |history: &History| Portrait::of(&history.now().identity);
    let score = compare(&portrait(one), &portrait(other));
    (score.verdict != Verdict::None).then_some(score)
}

fn records_of(history: &History) -> Vec<PersonId> {
    let streams = history.streams().into_iter();
    streams.map(|(stream, _)| PersonId(stream.id)).collect()
}

/// A sealed record is joined with no other, so it is offered to nobody.
fn stands_alone(directory: &Directory, history: &History) -> bool {
    let seals = directory.seals();
    let mut records = records_of(history).into_iter();
    records.any(|record| seals.on(record).next().is_some())
}

/// Whether it was said of any record of the one and any of the other that they are two people's.
fn said_to_be_two(one: &History, other: &History) -> bool {
    let others = records_of(other);
    let mut records = records_of(one).into_iter();
    records.any(|a| {
        let mut others = others.iter();
        others.any(|b| one.now().never_match(a, *b) || other.now().never_match(a, *b))
    })
}
