//! Which organisations an append brings into which records, for row-level security (migration 0027).

use super::insert::Accepted;
use super::{NewEvent, StreamAppend};
use crate::connect::Session;
use sqlx::Error;
use std::collections::BTreeSet;
use throughcare_domain::access::brought_in;
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::fact::Fact;
use throughcare_domain::stream::StreamKind;
use uuid::Uuid;

/// A record, and an organisation that it concerns.
pub(crate) type Concern = (Uuid, OrganisationCode);

/// Whom the events of an append bring in, each once, in one order for every writer. Streams of services and
/// organisations are nobody's record.
pub(crate) fn concerned(streams: &[StreamAppend]) -> Vec<Concern> {
    let mut found = BTreeSet::new();
    for StreamAppend { stream, events, .. } in streams {
        if stream.kind != StreamKind::Person {
            continue;
        }
        for NewEvent { draft, provenance } in events {
            of_fact(stream.id, &provenance.actor.organisation, &draft.fact, &mut found);
        }
    }
    found.into_iter().collect()
}

/// Whom one fact brings in.
pub(crate) fn of_fact(stream: Uuid, recorder: &OrganisationCode, fact: &Fact, found: &mut BTreeSet<Concern>) {
    let brought = brought_in(fact).into_iter().chain([recorder]);
    for organisation in brought {
        // Nearly every fact is told by whoever told the one before.
        let concern = (stream, organisation.clone());
        found.insert(concern);
    }
}

/// Writes whom a group brings in.
pub(super) async fn write(connection: &mut Session<'_>, accepted: &[Accepted<'_>]) -> Result<(), Error> {
    let all: BTreeSet<&Concern> = accepted
        .iter()
        .flat_map(|(append, _)| &append.concerned)
        .collect();
    tell(connection, all.into_iter()).await
}

/// Tells the database, which adds what it does not know yet, for records that were joined with these too.
pub(crate) async fn tell<'a>(
    connection: &mut Session<'_>,
    concerns: impl Iterator<Item = &'a Concern>,
) -> Result<(), Error> {
    let (streams, organisations): (Vec<Uuid>, Vec<&str>) = concerns
        .map(|(stream, organisation)| (*stream, organisation.as_str()))
        .unzip();
    if streams.is_empty() {
        return Ok(());
    }
    sqlx::query("/* concern */ SELECT concern($1, $2)")
        .bind(streams)
        .bind(organisations)
        .execute(connection)
        .await
        .map(drop)
}
