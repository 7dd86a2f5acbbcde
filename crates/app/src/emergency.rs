//! Looks in an emergency: recorded first, then shown, then reviewed.
//!
//! Source: `trust.md`, "Who may see what".

use crate::App;
use crate::answer::Answer;
use crate::caller::{Caller, Request};
use crate::error::AppError;
use crate::looks::Extent;
use crate::record::Address;
use jiff::Timestamp;
use jiff::civil::Date;
use throughcare_domain::access::{self, Ground, Visibility};
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::command::{Asked, Demographics};
use throughcare_domain::event::Role;
use throughcare_domain::history::History;
use throughcare_domain::id::{GlassId, PersonId};
use throughcare_domain::identifier::Identifier;
use throughcare_domain::restricted::seen_by;
use throughcare_domain::rows::{GlassRow, RowDetail, RowKind};
use throughcare_domain::state::Glass;
use throughcare_domain::stream::{StreamId, StreamKind};
use throughcare_domain::view::emergency::Emergency;
use throughcare_store::projection::{ListOrder, ListQuery};
use throughcare_store::{CaseOf, Parts};
use uuid::Uuid;

/// Whom somebody looks at in an emergency.
#[derive(Clone, Debug)]
pub enum InEmergency {
    /// Whoever has this identifier.
    Identifier(Identifier),
    /// A record whose id they know.
    Person(PersonId),
}

/// What a clinician sees in an emergency.
#[derive(Clone, Debug)]
pub struct EmergencyRead {
    /// Under which id the person is read.
    pub person: PersonId,
    /// The smallest useful set.
    pub shown: Emergency,
    /// Until when it is shown; `None` for somebody who sees the whole record.
    pub until: Option<Timestamp>,
    /// The day.
    pub day: Date,
    /// Log position up to which it is true.
    pub position: u64,
}

/// A look in an emergency, for its review.
#[derive(Clone, Debug)]
pub struct GlassListed {
    /// Its id.
    pub id: GlassId,
    /// For which organisation somebody looked.
    pub organisation: OrganisationCode,
    /// The look.
    pub look: GlassRow,
}

/// A look in an emergency.
#[derive(Clone, Debug)]
pub struct GlassRead {
    /// The look.
    pub look: Glass,
    /// Why, in the clinician's words.
    pub note: Option<String>,
    /// Log position up to which it is true.
    pub position: u64,
}

/// Looks in an emergency.
#[derive(Clone, Debug)]
pub struct GlassPage {
    /// The newest first.
    pub looks: Vec<GlassListed>,
    /// After which the next page begins.
    pub next: Option<(Date, Uuid)>,
    /// Log position up to which it is true.
    pub position: u64,
}

impl App {
    /// Records that somebody looks in an emergency. What they are shown is [`App::emergency`].
    ///
    /// # Errors
    /// [`AppError::NotFound`] where nobody is found, [`AppError::WrongRole`] for who is no clinician.
    pub async fn break_glass(
        &self,
        whom: InEmergency,
        asked: Asked,
        request: Request,
    ) -> Result<Answer, AppError> {
        let person = match whom {
            InEmergency::Person(person) => Some(person),
            InEmergency::Identifier(identifier) => {
                self.find_certain(&[identifier], &Demographics::default()).await?
            }
        };
        // Whoever may not look is not told whether there is somebody.
        if request.caller.role() != Role::Clinician {
            return Err(AppError::WrongRole(access::Rule::CliniciansBreakGlass.sentence()));
        }
        let person = person.ok_or(AppError::NotFound)?;
        self.record(Address::Found(person), vec![asked], request).await
    }

    /// The smallest useful set about a person, for a clinician who looks in an emergency, and for whoever sees the whole
    /// record.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for everybody else, and once the look is over.
    pub async fn emergency(&self, caller: &Caller, person: PersonId) -> Result<EmergencyRead, AppError> {
        if !access::sees_identity(caller.role()) {
            return Err(AppError::NotFound);
        }
        let reach = self.reach(caller).await?;
        let (own, head) = self.whole_history(&reach, StreamId::person(person)).await?;
        if own.events().is_empty() || own.stream().kind != StreamKind::Person {
            return Err(AppError::NotFound);
        }
        let (whole, head_of_all) = self.with_joined(&reach, own, Parts::Known, None).await?;
        let (organisation, role, today) = (caller.organisation(), caller.role(), self.today());
        let now = self.inner.clock.now();
        let glass = access::glass(whole.now(), organisation, caller.actor.user.as_deref(), now);
        let until = glass.map(|glass| glass.until);
        let grounds = match glass {
            Some(_) => vec![Ground::BrokeGlass],
            None if access::visibility(&whole, organisation, role, today) == Visibility::Full => {
                self.expect_unsealed(caller, &whole).await?;
                access::grounds(&whole, organisation, role, today)
            }
            None => return Err(AppError::NotFound),
        };
        let shown = seen_by(&whole, organisation, role);
        let state = shown.as_ref().unwrap_or(&whole).now();
        caller
            .looks
            .note(Some(whole.person()), Extent::Emergency, grounds);
        Ok(EmergencyRead {
            person: whole.person(),
            shown: Emergency::of(state, today),
            until,
            day: today,
            position: head_of_all.unwrap_or(head),
        })
    }

    /// A look in an emergency, with the words of the clinician: for privacy officers of their organisation, and for
    /// auditors, without the words.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for everybody else.
    pub async fn glass(&self, caller: &Caller, id: GlassId) -> Result<GlassRead, AppError> {
        let parts = match caller.role() {
            Role::PrivacyOfficer => Parts::Both,
            _ => Parts::Case,
        };
        let reach = self.reach(caller).await?;
        let of = CaseOf::Entity(id.0);
        let case = self.inner.store.read_case(&reach, of, 0, parts).await?;
        let history = History::new(case.events);
        let state = history.now();
        let look = state.sight.glass(id).ok_or(AppError::NotFound)?;
        if !access::emergency_looks(caller.role()).includes(caller.organisation(), &look.organisation) {
            return Err(AppError::NotFound);
        }
        let ground = Ground::DataProtection.unless_audit(caller.role());
        let note = history
            .events()
            .iter()
            .find(|event| event.envelope.id == look.at.by);
        let note = note.and_then(|event| event.identity.as_ref()?.note.clone());
        caller
            .looks
            .note(Some(history.person()), Extent::EmergencyLook, vec![ground]);
        Ok(GlassRead {
            look: look.clone(),
            note,
            position: case.head,
        })
    }

    /// Looks in an emergency by clinicians of an organisation, reviewed or not: for its privacy officers, and for
    /// auditors, who see those of everybody.
    ///
    /// # Errors
    /// [`AppError::WrongRole`] for everybody else.
    pub async fn glasses(
        &self,
        caller: &Caller,
        organisation: Option<OrganisationCode>,
        after: Option<(Date, Uuid)>,
        per_page: u32,
    ) -> Result<GlassPage, AppError> {
        let organisation = match (access::emergency_looks(caller.role()), organisation) {
            (access::Whose::Everybodys, asked) => asked,
            (access::Whose::Own, asked) => match asked {
                Some(asked) if asked != *caller.organisation() => return Err(AppError::NotFound),
                _ => Some(caller.organisation().clone()),
            },
            (access::Whose::Nobodys, _) => {
                return Err(AppError::WrongRole(
                    access::Rule::PrivacyOfficersReview.sentence(),
                ));
            }
        };
        let asked = ListQuery {
            kind: RowKind::GlassBroken,
            service: None,
            organisation,
            prison: None,
            area: None,
            key_worker: None,
            on: None,
            opened_from: None,
            opened_to: None,
            known_at: None,
            order: ListOrder::Newest,
            after,
            limit: per_page + 1,
            marked: None,
        };
        let page = self.inner.store.list(&self.reach(caller).await?, &asked).await?;
        let more = page.rows.len() > per_page as usize;
        let rows: Vec<_> = page.rows.into_iter().take(per_page as usize).collect();
        let next = rows
            .last()
            .filter(|_| more)
            .map(|last| last.place(ListOrder::Newest));
        let looks = rows.into_iter().filter_map(|listed| match listed.row.detail {
            RowDetail::Glass(look) => Some(GlassListed {
                id: GlassId(listed.row.id),
                organisation: listed.row.organisation?,
                look,
            }),
            _ => None,
        });
        Ok(GlassPage {
            looks: looks.collect(),
            next,
            position: page.position,
        })
    }
}
