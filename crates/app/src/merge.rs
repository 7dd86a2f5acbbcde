//! Joining two records, parting them again, and saying that two are not one person's: one event in each record, in one
//! append, which rests on every record that is one person's with either.

use crate::answer::{Answer, Created};
use crate::caller::Request;
use crate::error::AppError;
use crate::record::{ATTEMPTS, Address, Case, context_of, matches};
use crate::told_before::told_before;
use crate::write::{append_of, unchanged};
use crate::{App, etag};
use std::sync::Arc;
use throughcare_domain::access::Rule;
use throughcare_domain::command::{Asked, Command, MergeCommand};
use throughcare_domain::decide::{self, Twofold};
use throughcare_domain::directory::Directory;
use throughcare_domain::fault::{Fault, Faults};
use throughcare_domain::history::History;
use throughcare_domain::id::{MergeId, PersonId};
use throughcare_domain::stream::StreamId;
use throughcare_domain::when::Occurred;
use throughcare_store::{Append, Link};

/// What is asked about two records.
#[derive(Clone, Debug)]
pub struct MergeAsked {
    /// The records: two people the caller sees, the first of whom survives; or a merge by its id.
    pub about: MergeAbout,
    /// What.
    pub command: MergeCommand,
    /// Free text; sealed under the identity key of the first person.
    pub note: Option<String>,
}

/// Which records.
#[derive(Clone, Copy, Debug)]
pub enum MergeAbout {
    /// Two of them.
    Two(PersonId, PersonId),
    /// Those of a merge.
    Merge(MergeId),
}

impl App {
    /// Records what is asked in both records, or nothing.
    ///
    /// # Errors
    /// [`AppError`]; after [`AppError::Unknown`] the same key is safe to send again.
    pub async fn merge(&self, asked: MergeAsked, request: Request) -> Result<Answer, AppError> {
        let app = self.clone();
        let work = tokio::spawn(async move { app.merge_now(&asked, &request).await });
        work.await.map_err(|_| AppError::Internal(None))?
    }

    async fn merge_now(&self, asked: &MergeAsked, request: &Request) -> Result<Answer, AppError> {
        let _under_way = self.begin(request)?;
        for _ in 0..ATTEMPTS {
            if let Some(answer) = self.try_to_merge(asked, request).await? {
                return Ok(answer);
            }
        }
        Err(AppError::Busy)
    }

    async fn try_to_merge(&self, merge: &MergeAsked, request: &Request) -> Result<Option<Answer>, AppError> {
        let asked = [Asked {
            under: String::new(),
            occurred: Occurred::At(request.received_at),
            note: merge.note.clone(),
            command: Command::Merge(merge.command.clone()),
        }];
        self.keep_out(&asked, request)?;
        let (address, other) = match merge.about {
            MergeAbout::Two(one, other) => (Address::Person(one), Some(Address::Person(other))),
            MergeAbout::Merge(merge) => (Address::Entity(merge.0), None),
        };
        let one = self.case(address, request).await?;
        self.authorise(address, &asked, &one.history, &one.directory, request)?;
        let two = match other {
            None => None,
            Some(other) => Some(self.other(other, &asked, request).await?),
        };
        if let Some(stored) = one.answered {
            return told_before(stored, request).map(Some);
        }
        let seals = one.directory.seals();
        let sealed = |history: &History| {
            let mut records = history.streams().into_iter();
            records.any(|(stream, _)| seals.on(PersonId(stream.id)).next().is_some())
        };
        if let Some(two) = &two
            && merge.command.joins()
            && (sealed(&one.history) || sealed(&two.history))
        {
            return Err(AppError::WrongRole(Rule::SealedRecordsStandAlone.sentence()));
        }
        let stream = StreamId::person(one.person);
        if let Some(expected) = &request.if_match
            && !matches(expected, address, stream, &one.history, request)
        {
            return Err(AppError::Stale);
        }
        let (first, second) = (
            &one.history,
            two.as_ref().map_or(&one.history, |two| &two.history),
        );
        let made = self
            .decide_merge(first, second, &asked[0], &one.directory, request)
            .await?;
        let (organisation, role) = (request.caller.organisation(), request.caller.role());
        let person = made.after.person();
        let answer = Answer {
            person: Some(person),
            events: made.drafts.iter().map(|(_, draft)| draft.id).collect(),
            created: made
                .created
                .iter()
                .map(|id| Created {
                    kind: "merge".to_owned(),
                    id: *id,
                })
                .collect(),
            flags: made.flags.iter().map(|flag| flag.code.to_owned()).collect(),
            etag: etag::seen(StreamId::person(person), &made.after, organisation, role),
            position: 0,
            recorded_at: None,
            replayed: false,
        };
        let append = self.append_of_two(made, &merge.command, first, second, request);
        self.append(append, one.admitted.clone(), answer, request).await
    }

    /// The second record. That the caller may not see it is said of the field that names it.
    async fn other(&self, address: Address, asked: &[Asked], request: &Request) -> Result<Case, AppError> {
        let unknown = |error| match error {
            AppError::NotFound => {
                let detail = "You see no such record. Ask a service that sees both to join them.";
                AppError::Refused(Faults::from(Fault::new(
                    "/otherPersonId",
                    "unknown_person",
                    detail,
                )))
            }
            other => other,
        };
        let case = self.case(address, request).await.map_err(unknown)?;
        self.authorise(address, asked, &case.history, &case.directory, request)
            .map_err(unknown)?;
        Ok(case)
    }

    async fn decide_merge(
        &self,
        one: &History,
        other: &History,
        asked: &Asked,
        directory: &Directory,
        request: &Request,
    ) -> Result<Twofold, AppError> {
        let reference = self.reference().await;
        let mut ids = self.inner.ids.source();
        let mut context = context_of(request, &reference, directory, &mut *ids);
        Ok(decide::decide_merge(one, other, asked, &mut context)?)
    }

    /// One event in each of two streams; every other stream of both people must stand where it stood.
    fn append_of_two(
        &self,
        made: Twofold,
        command: &MergeCommand,
        one: &Arc<History>,
        other: &Arc<History>,
        request: &Request,
    ) -> Append {
        let store = &self.inner.store;
        let streams = made.drafts.each_ref().map(|(stream, _)| *stream);
        let both = [one, other];
        let mut append = Append::default();
        for (stream, draft) in made.drafts {
            let known = both.iter().flat_map(|history| history.streams());
            let version = known
                .filter(|(one, _)| *one == stream)
                .map(|(_, version)| version);
            let part = append_of(
                store,
                stream,
                version.max().unwrap_or(0),
                vec![draft],
                request,
                one,
            );
            append.streams.extend(part.streams);
            // The merge is found by way of the first record; either leads to both.
            if append.entities.is_empty() {
                append.entities = part.entities;
                append.references = part.references;
            }
        }
        append.streams.extend(unchanged(one, &streams));
        if one.person() != other.person() {
            append.streams.extend(unchanged(other, &streams));
        }
        if matches!(command, MergeCommand::Join { .. }) {
            append.links.push(Link {
                one: streams[0],
                other: streams[1],
            });
        }
        append
    }
}
