//! A service's lists, at any day and as known at any time.

use super::overdue::recalls_on;
use super::sealed::{Listed, SealedLine, sealed_of};
use super::{Known, Times};
use crate::App;
use crate::caller::Caller;
use crate::error::AppError;
use jiff::civil::Date;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use throughcare_domain::access::{self, Ground};
use throughcare_domain::code::{Code, OrganisationCode, ServiceCode, UserName};
use throughcare_domain::directory::Directory;
use throughcare_domain::event::Role;
use throughcare_domain::history::History;
use throughcare_domain::id::PersonId;
use throughcare_domain::restricted::seen_by;
use throughcare_domain::rows::{Row, RowDetail, RowKind};
use throughcare_domain::state::IdentityState;
use throughcare_domain::stream::StreamId;
use throughcare_domain::view::duties::{DutyKind, TELL_OF_RECALL_WITHIN_DAYS};
use throughcare_store::projection::{CalledBackQuery, ListOrder, ListQuery, ListedRow, Marked, RowPage};
use throughcare_store::{Parts, Reach};
use uuid::Uuid;

/// Whole records read at once.
const WHOLE_RECORDS: usize = 100;

/// Which list, when, and which page.
#[derive(Clone, Debug)]
pub struct WorklistQuery {
    /// Whose.
    pub service: ServiceCode,
    /// Which.
    pub kind: RowKind,
    /// Only people with this open need, a code of `needs-and-risks`, as far as the organisation may know.
    pub need: Option<Code>,
    /// Only people with this tag, a code of `tags`, as far as the organisation may know.
    pub tag: Option<Code>,
    /// Only what this member of staff is key worker for.
    pub key_worker: Option<UserName>,
    /// As it was true and known.
    pub times: Times,
    /// In which order.
    pub order: ListOrder,
    /// After this row, in that order.
    pub after: Option<(Date, Uuid)>,
    /// Rows a page, 1 to 100.
    pub per_page: u32,
}

/// A line of a list.
#[derive(Clone, Debug)]
pub struct WorklistItem {
    /// The person.
    pub person: PersonId,
    /// Who they are, for staff of the service.
    pub identity: Option<IdentityState>,
    /// The row.
    pub row: Row,
    /// What it asks for first, and the last day on which that is done in time.
    pub due: Option<(DutyKind, Date)>,
}

impl WorklistItem {
    /// The line about somebody; that there is one, where their record is sealed from the caller.
    pub(super) fn listed(
        person: PersonId,
        row: Row,
        due: Option<(DutyKind, Date)>,
        sealed: &HashMap<PersonId, OrganisationCode>,
        names: &HashMap<PersonId, IdentityState>,
    ) -> Listed<Self> {
        match sealed.get(&person) {
            Some(ask) => Listed::Sealed(SealedLine::of(&row, ask.clone(), due)),
            None => Listed::Shown(Self {
                // Somebody may stand on a list twice.
                identity: names.get(&person).cloned(),
                person,
                row,
                due,
            }),
        }
    }
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct WorklistPage {
    /// The lines, in the order asked for.
    pub items: Vec<Listed<WorklistItem>>,
    /// The row after which the next page begins.
    pub next: Option<(Date, Uuid)>,
    /// The day to which days are counted.
    pub day: Date,
    /// Log position up to which it is true.
    pub position: u64,
}

impl App {
    /// A page of a service's list.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the service is not one of the caller's organisation (auditors see all), and for the
    /// list of restricted needs unless the caller is a worker or an auditor.
    pub async fn worklist(&self, caller: &Caller, query: WorklistQuery) -> Result<WorklistPage, AppError> {
        let directory = self.directory().await?;
        let service = directory.service(&query.service).ok_or(AppError::NotFound)?;
        if !access::lists(caller.role()).includes(caller.organisation(), &service.organisation) {
            return Err(AppError::NotFound);
        }
        if query.kind == RowKind::RestrictedNeed && caller.role() == Role::Liaison {
            return Err(AppError::NotFound);
        }
        let filtered = query.need.is_some() || query.tag.is_some() || query.key_worker.is_some();
        let marked = (query.need.is_some() || query.tag.is_some()).then(|| Marked {
            need: query.need,
            tag: query.tag,
            organisation: (caller.role() != Role::Auditor).then(|| caller.organisation().clone()),
        });
        let day = self.day_of(query.times);
        let known_at = self.position_of(query.times.known_at).await?;
        let asked = ListQuery {
            kind: query.kind,
            service: Some(query.service),
            organisation: None,
            prison: None,
            area: None,
            key_worker: query.key_worker,
            on: Some(day),
            opened_from: None,
            opened_to: None,
            known_at,
            order: query.order,
            after: query.after,
            limit: query.per_page + 1,
            marked,
        };
        let page = self
            .lines(&self.reach(caller).await?, &directory, &asked, day)
            .await?;
        let position = known_at.map_or(page.position, |known| known.min(page.position));
        let more = page.rows.len() > query.per_page as usize;
        let mut rows: Vec<_> = page.rows.into_iter().take(query.per_page as usize).collect();
        let next = rows.last().filter(|_| more).map(|last| last.place(query.order));
        self.leave_out_what_is_withheld(caller, &mut rows).await?;
        let sealed = sealed_of(&directory, rows.iter().map(|row| row.person), caller);
        if filtered {
            // By what it is picked a line would tell what it does not show.
            rows.retain(|row| !sealed.contains_key(&row.person));
        }
        let people = rows.iter().map(|row| row.person);
        let people: Vec<PersonId> = people.filter(|person| !sealed.contains_key(person)).collect();
        let ground = Ground::OnOwnList.unless_audit(caller.role());
        caller.looks.lines(people.iter().copied(), ground);
        let names = self.identities(caller, &people).await?;
        let items = rows.into_iter().map(|listed| {
            let due = listed.row.due_with(&directory, day);
            let row = since_recalled(listed.row, &directory, day);
            WorklistItem::listed(listed.person, row, due, &sealed, &names)
        });
        let items = items.collect();
        Ok(WorklistPage {
            items,
            next,
            day,
            position,
        })
    }

    /// Who may see a restricted need or a required assessment is judged by the record as it is now, whatever day the
    /// list is asked about.
    pub(super) async fn leave_out_what_is_withheld(
        &self,
        caller: &Caller,
        rows: &mut Vec<ListedRow>,
    ) -> Result<(), AppError> {
        let (organisation, role) = (caller.organisation(), caller.role());
        let reach = self.reach(caller).await?;
        let judged = rows
            .iter()
            .filter(|listed| listed.row.kind.is_judged_by_the_record());
        let mut streams: Vec<StreamId> = judged.map(|listed| StreamId::person(listed.person)).collect();
        streams.sort_unstable();
        streams.dedup();
        let mut seen = HashSet::new();
        // A spreadsheet asks for thousands of lines: never more whole records in memory than a page has.
        for some in streams.chunks(WHOLE_RECORDS) {
            let records = self.inner.store.read_streams(&reach, some, None).await?;
            for (stream, history) in self.whole_records(&reach, records, Parts::Case).await? {
                let shown = seen_by(&history, organisation, role);
                let shown = shown.as_ref().unwrap_or(&history);
                let (needs, assessments) = (&shown.now().needs, &shown.now().justice.assessments);
                let ids = needs.iter().map(|need| need.id.0);
                let ids = ids.chain(assessments.iter().map(|one| one.id.0));
                seen.extend(ids.map(|id| (stream, id)));
            }
        }
        rows.retain(|listed| {
            !listed.row.kind.is_judged_by_the_record()
                || seen.contains(&(StreamId::person(listed.person), listed.row.id))
        });
        Ok(())
    }

    /// The lines of a service's list on a day. Kits of called-back batches are lines of everything that clients got,
    /// picked by the recalls that go on then, as they are known now; they stand by the day on which they were
    /// given, or by which their holders are to be told.
    pub(super) async fn lines(
        &self,
        reach: &Reach,
        directory: &Directory,
        asked: &ListQuery,
        day: Date,
    ) -> Result<RowPage, AppError> {
        let store = &self.inner.store;
        let Some(service) = asked
            .service
            .clone()
            .filter(|_| asked.kind == RowKind::NaloxoneKit)
        else {
            return Ok(store.list(reach, asked).await?);
        };
        let called_back = CalledBackQuery {
            services: directory.tells_for(&service, day),
            recalls: recalls_on(directory, day).collect(),
            within_days: TELL_OF_RECALL_WITHIN_DAYS,
            on: day,
            known_at: asked.known_at,
            order: asked.order,
            after: asked.after,
            limit: asked.limit,
        };
        Ok(store.called_back(reach, &called_back).await?)
    }

    /// Who the people of a page are; nothing for those who see coded facts only.
    pub(crate) async fn identities(
        &self,
        caller: &Caller,
        people: &[PersonId],
    ) -> Result<HashMap<PersonId, IdentityState>, AppError> {
        if !access::sees_identity(caller.role()) {
            return Ok(Default::default());
        }
        let streams: Vec<StreamId> = people.iter().copied().map(StreamId::person).collect();
        let reach = self.reach(caller).await?;
        let histories = self.inner.store.read_identities(&reach, &streams).await?;
        let mut identities = HashMap::with_capacity(histories.len());
        for (stream, events) in histories {
            let own = Arc::new(History::new(events));
            let history = self.whole_record(&reach, own, Parts::Known, None).await?;
            identities.insert(PersonId(stream.id), history.now().identity.clone());
        }
        Ok(identities)
    }
}

/// A kit stands on the list since its batch was called back, or since it was given after that.
fn since_recalled(row: Row, directory: &Directory, day: Date) -> Row {
    let RowDetail::Traced(kit) = &row.detail else {
        return row;
    };
    let mut recalls = directory.recalls().iter();
    let recall = recalls.find(|one| one.product == kit.product && one.batch == kit.batch && one.goes_on(day));
    let since = recall.map_or(row.opened_on, |recall| recall.since.max(row.opened_on));
    Row {
        opened_on: since,
        ..row
    }
}

impl Times {
    /// As known at the end of a day, and as true on it.
    pub fn on(day: Date) -> Self {
        Self {
            as_of: Some(throughcare_domain::when::AsOf::EndOf(day)),
            known_at: Some(Known::EndOf(day)),
        }
    }
}
