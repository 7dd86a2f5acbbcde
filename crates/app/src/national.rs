//! Returns to the national statistics: an organisation's people page by page, what of them is sent, and what has changed
//! since it was sent last. What rows say is in `throughcare_domain::national_return`.
//!
//! A few people are in memory at a time; of what was sent before, references and fingerprints.

use crate::App;
use crate::caller::Caller;
use crate::error::AppError;
use crate::looks::Extent;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use throughcare_domain::access::{Ground, Viewer, sealed_from};
use throughcare_domain::code::ServiceCode;
use throughcare_domain::directory::Directory;
use throughcare_domain::event::Role;
use throughcare_domain::history::History;
use throughcare_domain::id::PersonId;
use throughcare_domain::national_return::changes::{Change, Memory, Sent};
use throughcare_domain::national_return::{
    Asked, Left, Lines, Month, Part, ReturnRow, TellsOf, Version, lines_of,
};
use throughcare_domain::reference::ReferenceData;
use throughcare_domain::stream::StreamId;
use throughcare_domain::when::AsOf;
use throughcare_store::{Parts, Reach, ReturnMade};
use uuid::Uuid;

/// People read at once.
const PAGE: u32 = 200;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct ReturnAsked {
    /// The month whose last day counts.
    pub month: Month,
    /// By which version; the one for the month without it.
    pub version: Option<&'static Version>,
    /// National codes of services.
    pub agencies: BTreeMap<ServiceCode, String>,
}

/// Why there is no return.
#[derive(Debug, thiserror::Error)]
pub enum ReturnError {
    /// The month has not ended.
    #[error("the month {0} has not ended: a return tells of whole months")]
    NotYet(Month),
    /// Another one was made at the same time.
    #[error(
        "another return of this organisation was made meanwhile: begin again, and do not send these files"
    )]
    Overtaken,
    /// It cannot be read.
    #[error(transparent)]
    App(#[from] AppError),
}

/// What is told of one person.
#[derive(Clone, Debug)]
pub struct Telling {
    /// Whose.
    pub person: PersonId,
    /// Parts that leave, each row with how it stands to what was sent before.
    pub leaves: Vec<(Part, Vec<Change>)>,
    /// Parts that would be rejected and stay.
    pub stays: Vec<Part>,
    /// What is not told, and why.
    pub left: Vec<Left>,
    /// The record is sealed from who asks: nothing is sent, and what was sent stays as it is.
    pub sealed: bool,
}

/// A return under way.
pub struct Returning {
    app: App,
    caller: Caller,
    asked: ReturnAsked,
    version: &'static Version,
    made_on: Date,
    /// The position of the log up to which it is known.
    pub position: u64,
    reach: Reach,
    reference: Arc<ReferenceData>,
    directory: Arc<Directory>,
    after: Option<PersonId>,
    number: u32,
    memory: Memory,
    met: BTreeSet<PersonId>,
}

/// What a return comes to.
pub struct Returned {
    app: App,
    /// Rows that are taken back, by their references.
    pub deleted: BTreeMap<String, Sent>,
    made: ReturnMade,
}

impl App {
    /// Begins a return of the caller's organisation. What is true on the month's last day is told, as far as it is known
    /// now; whether somebody is told of at all is judged as of today.
    ///
    /// # Errors
    /// [`ReturnError`]; [`AppError::NotFound`] for everybody but privacy officers.
    pub async fn national_return(
        &self,
        caller: &Caller,
        asked: ReturnAsked,
    ) -> Result<Returning, ReturnError> {
        if caller.role() != Role::PrivacyOfficer {
            return Err(AppError::NotFound.into());
        }
        let last = asked.month.last();
        let made_on = self.today();
        if last >= made_on {
            return Err(ReturnError::NotYet(asked.month));
        }
        let version = asked
            .version
            .or_else(|| Version::of(last))
            .ok_or(AppError::NotFound)?;
        let store = self.store();
        let position = store.head().await.map_err(AppError::from)?.position;
        let before = store
            .sent_nationally(caller.organisation())
            .await
            .map_err(AppError::from)?;
        Ok(Returning {
            version,
            made_on,
            position,
            reach: self.reach(caller).await?,
            reference: self.reference().await,
            directory: self.directory().await?,
            after: None,
            number: before.number,
            memory: Memory::new(before.rows),
            met: BTreeSet::new(),
            app: self.clone(),
            caller: caller.clone(),
            asked,
        })
    }
}

impl Returning {
    /// By which version of the data set.
    pub fn version(&self) -> &'static Version {
        self.version
    }

    /// The day by which consent is judged.
    pub fn made_on(&self) -> Date {
        self.made_on
    }

    /// The next people, and how many records were gone through; `None` at the end. That they were looked at is noted with
    /// the caller: [`App::record_looks`] writes it, before anything is shown.
    ///
    /// # Errors
    /// [`ReturnError::App`].
    pub async fn next(&mut self) -> Result<Option<(usize, Vec<Telling>)>, ReturnError> {
        let store = self.app.store().clone();
        let organisation = self.caller.organisation().clone();
        let people = store
            .people_of(&self.reach, &organisation, self.after, PAGE)
            .await
            .map_err(AppError::from)?;
        let Some(last) = people.last() else {
            return Ok(None);
        };
        self.after = Some(*last);
        let streams: Vec<StreamId> = people.iter().copied().map(StreamId::person).collect();
        let mut records = store
            .read_streams(&self.reach, &streams, Some(self.position))
            .await
            .map_err(AppError::from)?;
        let mut told = Vec::new();
        for stream in &streams {
            let own = Arc::new(History::new(records.remove(stream).unwrap_or_default()));
            let whole = self
                .app
                .whole_record(&self.reach, own, Parts::Both, Some(self.position))
                .await?;
            // Joined records are one person's, told of once; every other record comes once.
            if whole.events().is_empty() || (whole.is_joined() && !self.met.insert(whole.person())) {
                continue;
            }
            told.extend(self.tell(&whole));
        }
        Ok(Some((people.len(), told)))
    }

    fn tell(&mut self, whole: &History) -> Option<Telling> {
        let person = whole.person();
        // Of joined records what was recorded after the position is read, too.
        let known = whole.narrowed(None, Some(self.position));
        let then = known.state(Some(AsOf::EndOf(self.asked.month.last())), None);
        let store = self.app.store().clone();
        let refer = move |kind: &str, id: &Uuid| store.return_reference(kind, id);
        let Lines { parts, left } = lines_of(
            TellsOf {
                person,
                now: known.now(),
                then: &then,
            },
            &Asked {
                organisation: self.caller.organisation(),
                month: self.asked.month,
                made_on: self.made_on,
                version: self.version,
                agencies: &self.asked.agencies,
                reference: &self.reference,
                refer: &refer,
            },
        );
        if parts.is_empty() && left.is_empty() {
            return None;
        }
        let records = whole.streams().into_iter().map(|(stream, _)| PersonId(stream.id));
        let viewer = Viewer {
            organisation: self.caller.organisation(),
            role: self.caller.role(),
            user: self.caller.actor.user.as_deref(),
        };
        let mut telling = Telling {
            person,
            leaves: Vec::new(),
            stays: Vec::new(),
            left,
            sealed: sealed_from(&self.directory, records, viewer).is_some(),
        };
        if telling.sealed {
            parts
                .iter()
                .flat_map(|part| &part.rows)
                .for_each(|row| self.memory.holds_back(&row.reference));
            telling.left.clear();
            return Some(telling);
        }
        if !parts.is_empty() {
            let ground = vec![Ground::NationalReturn];
            self.caller
                .looks
                .note(Some(person), Extent::NationalReturn, ground);
        }
        for part in parts {
            if part.may_leave() {
                let changes = part.rows.iter().map(|row| self.sends(row)).collect();
                telling.leaves.push((part, changes));
            } else {
                part.rows
                    .iter()
                    .for_each(|row| self.memory.holds_back(&row.reference));
                telling.stays.push(part);
            }
        }
        Some(telling)
    }

    fn sends(&mut self, row: &ReturnRow) -> Change {
        // A separator that stands in no cell: two rows are never told by one text.
        let said = row.cells.join("\u{1f}");
        let fingerprint = format!("{}\u{1f}{}\u{1f}{said}", row.set.as_str(), self.version.id);
        let sent = Sent {
            set: row.set,
            level: row.level,
            fingerprint: self.app.store().return_fingerprint(&fingerprint),
        };
        self.memory.sends(&row.reference, sent)
    }

    /// What was sent before and is no more. Nothing is remembered yet.
    pub fn end(self) -> Returned {
        let (deleted, changed) = self.memory.end();
        let actor = &self.caller.actor;
        Returned {
            made: ReturnMade {
                organisation: actor.organisation.clone(),
                after: self.number,
                month: self.asked.month.first(),
                version: self.version.id.clone(),
                position: self.position,
                by: actor.user.clone().unwrap_or_else(|| actor.client.clone()),
                changed,
                deleted: deleted.keys().cloned().collect(),
            },
            app: self.app,
            deleted,
        }
    }
}

impl Returned {
    /// Remembers it as sent, all or nothing.
    ///
    /// # Errors
    /// [`ReturnError::Overtaken`] when another return of the organisation was remembered since this one began.
    pub async fn remember(self) -> Result<(), ReturnError> {
        let done = self.app.store().remember_return(&self.made).await;
        match done.map_err(AppError::from)? {
            true => Ok(()),
            false => Err(ReturnError::Overtaken),
        }
    }
}
