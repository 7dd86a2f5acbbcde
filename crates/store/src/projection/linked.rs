//! People whose records were ever joined with others: what happens on one record changes the lines of another, so that
//! their histories are read together.

use super::compute::Poison;
use super::opened::{OpenHistory, SealedHistories, SealedHistory, Unread};
use crate::{Store, StoreError};
use sqlx::{PgExecutor, Row as _};
use std::collections::{HashMap, HashSet};
use throughcare_domain::event::RecordedEvent;
use throughcare_domain::id::PersonId;
use throughcare_domain::merge::Ties;
use uuid::Uuid;

/// Who was ever joined with whom, directly or through others; nearly nobody.
pub(super) type Links = HashMap<Uuid, Vec<Uuid>>;

impl Store {
    /// The histories of some people up to a position, with those of everybody who was ever joined with one of them.
    pub(super) async fn histories(&self, people: &[Uuid], upto: u64) -> Result<SealedHistories, StoreError> {
        let links = read_links(people, self.projecting()).await?;
        let known: HashSet<Uuid> = people.iter().copied().collect();
        let mut read = people.to_vec();
        read.extend(links.values().flatten());
        read.sort_unstable();
        read.dedup();
        let (own, others) = self
            .own_histories(&read, upto)
            .await?
            .into_iter()
            .partition(|history: &SealedHistory| known.contains(&history.person.0));
        Ok(SealedHistories { own, others, links })
    }
}

/// Of some people, those who were ever joined with others, and with whom.
pub(super) async fn read_links(people: &[Uuid], executor: impl PgExecutor<'_>) -> Result<Links, StoreError> {
    let rows = sqlx::query(
        "/* projection::links */ with recursive linked (person, id) as (
           select stream_id, other from record_links where stream_id = any($1)
           union select linked.person, joined.other from linked cross join lateral
             (select other from record_links where stream_id = linked.id offset 0) as joined)
         select person, id from linked where id <> person order by person, id",
    )
    .bind(people)
    .fetch_all(executor)
    .await?;
    let mut links = Links::new();
    for row in rows {
        links
            .entry(row.try_get("person")?)
            .or_default()
            .push(row.try_get("id")?);
    }
    Ok(links)
}

/// A person's history with those that it was ever joined with, in order of position, as far as it can be read. What
/// cannot be read of another record is in the way from when both are read as one.
pub(super) fn combined(own: OpenHistory, others: &[&OpenHistory]) -> OpenHistory {
    let person = own.person;
    let mut events = own.events;
    for other in others {
        events.extend(other.events.iter().cloned());
    }
    events.sort_by_key(|event| event.envelope.position);
    let damaged = others.iter().filter_map(|other| match &other.unread {
        Some(Unread::Damaged(poison)) => in_the_way(person, other.person, poison, &events),
        _ => None,
    });
    let of_own = match &own.unread {
        Some(Unread::Damaged(poison)) => Some(poison.clone()),
        _ => None,
    };
    let first = damaged.chain(of_own).min_by_key(|poison| poison.position);
    let unread = match own.unread {
        Some(Unread::Newer(poison)) => Some(Unread::Newer(poison)),
        _ => first.map(Unread::Damaged),
    };
    if let Some(Unread::Damaged(poison)) = &unread {
        events.retain(|event| event.envelope.position < poison.position);
    }
    OpenHistory {
        person,
        events,
        unread,
    }
}

/// Where somebody stands still because of an event of another record: at that event, or at the later one that joins
/// the two.
fn in_the_way(
    person: PersonId,
    other: PersonId,
    poison: &Poison,
    events: &[RecordedEvent],
) -> Option<Poison> {
    let mut ties = Ties::default();
    let joined_at = events.iter().find_map(|event| {
        let joined = ties.learn(event) && ties.records(person).all.contains(&other);
        joined.then_some(event.envelope.position)
    })?;
    Some(Poison {
        position: poison.position.max(joined_at),
        reason: poison.reason.clone(),
    })
}
