//! What is held about somebody, for a privacy officer who answers the person's own request.
//!
//! Source: issue 5, "Confidentiality" (subject access); UK GDPR art. 15. How much an organisation holds:
//! `throughcare_domain::access::how_much_is_held`.

use super::PersonRead;
use crate::App;
use crate::caller::Caller;
use crate::error::AppError;
use crate::etag;
use crate::looks::Extent;
use jiff::Timestamp;
use std::sync::Arc;
use throughcare_domain::access::{self, Ground, Held, Visibility};
use throughcare_domain::directory::Directory;
use throughcare_domain::event::Role;
use throughcare_domain::fact::PersonErased;
use throughcare_domain::history::History;
use throughcare_domain::id::PersonId;
use throughcare_domain::identifier::{Identifier, IdentifierKind};
use throughcare_domain::stream::{StreamId, StreamKind};
use throughcare_domain::view::subject_access::{LeaveOut, OwnCopy};
use throughcare_store::{LookRead, Parts};

/// Most looks that one copy names, the last ones: some years of a record that is looked at every day. The others stand
/// in the access log, page by page.
pub const MOST_LOOKS: usize = 10_000;
/// Looks read at once.
const LOOKS_AT_ONCE: u32 = 1_000;

/// A person's own copy, with who looked at the record.
#[derive(Clone, Debug)]
pub struct SubjectAccessRead {
    /// How much of the record the organisation holds.
    pub held: Held,
    /// What stands in the copy, as every other view of a person reads it.
    pub read: PersonRead,
    /// The copy.
    pub copy: OwnCopy,
    /// Who looked, the last first, without users and clients; where only the organisation's own part is held, its own
    /// looks alone.
    pub looks: Vec<LookRead>,
    /// True when there were more than [`MOST_LOOKS`].
    pub more_looks: bool,
    /// What was erased of the record.
    pub erased: Vec<PersonErased>,
    /// When the copy was made.
    pub made_at: Timestamp,
    /// Which organisations and services there are.
    pub directory: Arc<Directory>,
}

impl App {
    /// Everything that the caller's organisation holds about a person.
    ///
    /// The whole of it is in memory while the answer is made: as much as any other view of the person reads, with notes.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for everybody but privacy officers of organisations that hold something.
    pub async fn subject_access(
        &self,
        caller: &Caller,
        person: PersonId,
        leave: &LeaveOut,
    ) -> Result<SubjectAccessRead, AppError> {
        let (held, whole, head) = self.held_of(caller, person).await?;
        let (stream, reach) = (StreamId::person(person), self.reach(caller).await?);
        let own = self.inner.store.read_stream(&reach, stream, Some(head)).await?;
        let own = Arc::new(History::new(own));
        let told = match held {
            Held::Whole | Held::Shared => self.whole_record(&reach, own, Parts::Both, None).await?,
            // That what it sent about two records is about one person, a sender does not learn.
            Held::Own => own,
        };
        let part = held.part(&told, caller.organisation());
        let (reference, directory) = (self.reference().await, self.directory().await?);
        let copy = OwnCopy::of(&part, leave, &reference, &directory);
        let records: Vec<PersonId> = match held {
            Held::Whole | Held::Shared => {
                let streams = part.streams().into_iter();
                streams.map(|(stream, _)| PersonId(stream.id)).collect()
            }
            Held::Own => vec![person],
        };
        let (looks, more_looks) = self.looks_for_copy(caller, &records, held).await?;
        let erased = directory.erased().iter();
        let erased = erased.filter(|one| one.records.iter().any(|record| records.contains(record)));
        let erased: Vec<PersonErased> = erased.cloned().collect();
        let surviving = match held {
            Held::Whole | Held::Shared => whole.person(),
            Held::Own => person,
        };
        let ground = vec![Ground::DataProtection];
        caller.looks.note(Some(surviving), Extent::SubjectAccess, ground);
        Ok(SubjectAccessRead {
            held,
            read: PersonRead {
                person: surviving,
                records,
                visibility: match held {
                    Held::Whole | Held::Shared => Visibility::Full,
                    Held::Own => Visibility::Sent,
                },
                sight: access::sight(&whole, caller.organisation(), Role::Clinician, self.today()).1,
                etag: etag::seen(stream, &part, caller.organisation(), caller.role()),
                history: Arc::new(copy.history.clone()),
                day: self.today(),
                position: head,
            },
            erased,
            copy,
            looks,
            more_looks,
            made_at: self.inner.clock.now(),
            directory,
        })
    }

    /// How much the officer's organisation holds of a person, the whole record without notes, and the log position up
    /// to which that is known.
    async fn held_of(
        &self,
        caller: &Caller,
        person: PersonId,
    ) -> Result<(Held, Arc<History>, u64), AppError> {
        if caller.role() != Role::PrivacyOfficer {
            return Err(AppError::NotFound);
        }
        let reach = self.reach(caller).await?;
        let (own, head) = self.whole_history(&reach, StreamId::person(person)).await?;
        if own.events().is_empty() || own.stream().kind != StreamKind::Person {
            return Err(AppError::NotFound);
        }
        let (whole, head_of_all) = self.with_joined(&reach, own.clone(), Parts::Known, None).await?;
        let head = head_of_all.unwrap_or(head);
        self.expect_unsealed(caller, &whole).await?;
        match access::how_much_is_held(&whole, caller.organisation(), self.today()) {
            // Of two records it may have recorded something in the other one alone.
            Some(Held::Own) if Held::Own.part(&own, caller.organisation()).events().is_empty() => {
                Err(AppError::NotFound)
            }
            Some(held) => Ok((held, whole, head)),
            None => Err(AppError::NotFound),
        }
    }

    async fn looks_for_copy(
        &self,
        caller: &Caller,
        records: &[PersonId],
        held: Held,
    ) -> Result<(Vec<LookRead>, bool), AppError> {
        let reach = self.reach(caller).await?;
        let by = (held == Held::Own).then(|| caller.organisation());
        let (mut looks, mut before) = (Vec::new(), None);
        while looks.len() <= MOST_LOOKS {
            let page = self
                .inner
                .store
                .looks_at(&reach, records, by, before, LOOKS_AT_ONCE)
                .await?;
            let Some(last) = page.last() else { break };
            before = Some(last.look);
            let ended = page.len() < LOOKS_AT_ONCE as usize;
            looks.extend(page);
            if ended {
                break;
            }
        }
        let more = looks.len() > MOST_LOOKS;
        looks.truncate(MOST_LOOKS);
        for look in &mut looks {
            (look.user, look.on_behalf_of) = (None, None);
            look.client.clear();
        }
        Ok((looks, more))
    }

    /// The same for whoever has these identifiers, one of each kind: people who hold one of them, and no other number of
    /// a kind that was asked for. Nobody, as for [`App::search`], for whom the organisation does not answer.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn subject_access_by(
        &self,
        caller: &Caller,
        identifiers: &[Identifier],
        leave: &LeaveOut,
    ) -> Result<Vec<SubjectAccessRead>, AppError> {
        let (mut found, quiet): (Vec<PersonRead>, _) = (Vec::new(), caller.unnoticed());
        // That somebody searched is noted whatever was found; who is shown, by the copy.
        caller.looks.note(None, Extent::Search, vec![Ground::Searched]);
        for identifier in identifiers {
            for read in self.search(&quiet, identifier).await? {
                if found.iter().all(|other| other.person != read.person) {
                    found.push(read);
                }
            }
        }
        found.retain(|read| identifiers.iter().all(|asked| !contradicts(read, asked)));
        let mut copies = Vec::with_capacity(found.len());
        for read in found {
            // What an organisation recorded itself may stand in another record than the surviving one.
            let records = read.records.into_iter().filter(|record| *record != read.person);
            for record in std::iter::once(read.person).chain(records) {
                match self.subject_access(caller, record, leave).await {
                    Ok(copy) => {
                        copies.push(copy);
                        break;
                    }
                    Err(AppError::NotFound) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(copies)
    }
}

/// True when the person holds another identifier of the same kind, and not this one.
fn contradicts(read: &PersonRead, asked: &Identifier) -> bool {
    let kind: IdentifierKind = asked.kind();
    let known = read.state().identity.current_identifiers();
    let mut same_kind = known.filter(|known| known.kind == kind).peekable();
    same_kind.peek().is_some() && !same_kind.any(|known| known.value.as_deref() == Some(asked.value()))
}
