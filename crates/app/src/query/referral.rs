//! One referral, for the service asked and for its sender.

use crate::caller::Caller;
use crate::error::AppError;
use crate::looks::Extent;
use crate::{App, etag};
use std::sync::Arc;
use throughcare_domain::access::{self, Ground, Visibility, Whose};
use throughcare_domain::code::ServiceCode;
use throughcare_domain::fact::AppointmentFor;
use throughcare_domain::history::History;
use throughcare_domain::id::{PersonId, ReferralId};
use throughcare_domain::restricted::seen_by;
use throughcare_domain::state::{Appointment, IdentityState, Need, Referral};
use throughcare_domain::stream::StreamId;
use throughcare_domain::view::stages::{Stage, stages};
use throughcare_store::{CaseOf, Parts};

/// A referral and what the caller may see with it.
#[derive(Clone, Debug)]
pub struct ReferralRead {
    /// The referral.
    pub referral: Referral,
    /// The service that has it: the one asked, unless its contract moved.
    pub with: ServiceCode,
    /// The last of the referrals by which it was sent on.
    pub onward: Option<Referral>,
    /// The person, for those who may know the record.
    pub person: Option<PersonId>,
    /// Who it is about, for the service asked.
    pub identity: Option<IdentityState>,
    /// Open needs and risks: for those who see the record, what they are shown of it; before that, what the sender
    /// itself raised, and restricted ones for the sender alone.
    pub needs: Vec<Need>,
    /// Appointments about it: for the service asked and those who see the record all, for the sender what it booked.
    pub appointments: Vec<Appointment>,
    /// How far the person has come since: for the sender, the service asked and those who see the record.
    pub stages: Vec<Stage>,
    /// The sender's note, for the service asked.
    pub note: Option<String>,
    /// Entity tag of the record, for those who may change it.
    pub etag: String,
    /// Log position up to which it is true.
    pub position: u64,
}

impl App {
    /// A referral, for the organisation asked, its sender, and auditors.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for everybody else.
    pub async fn referral(&self, caller: &Caller, id: ReferralId) -> Result<ReferralRead, AppError> {
        let reach = self.reach(caller).await?;
        let case = self
            .inner
            .store
            .read_case(&reach, CaseOf::Entity(id.0), 0, Parts::Both)
            .await?;
        let own = Arc::new(History::new(case.events));
        if own.events().is_empty() {
            return Err(AppError::NotFound);
        }
        let (history, head) = self.with_joined(&reach, own.clone(), Parts::Both, None).await?;
        let (person, position) = (history.person(), head.unwrap_or(case.head));
        let state = history.now();
        let referral = state.referral(id).ok_or(AppError::NotFound)?.clone();
        let asked =
            state.responsible(&referral.to_service, &referral.to_organisation) == caller.organisation();
        let sent = referral.from_organisation == *caller.organisation();
        match access::lists(caller.role()) {
            Whose::Everybodys => {}
            Whose::Own if asked || sent => {}
            Whose::Own | Whose::Nobodys => return Err(AppError::NotFound),
        }
        self.expect_unsealed(caller, &history).await?;
        let today = self.today();
        let mut grounds = access::grounds(&history, caller.organisation(), caller.role(), today);
        for (holds, ground) in [(asked, Ground::Asked), (sent, Ground::RecordedIt)] {
            if holds && !grounds.contains(&ground) {
                grounds.push(ground);
            }
        }
        caller.looks.note(Some(person), Extent::Referral, grounds);
        let visible =
            access::visibility(&history, caller.organisation(), caller.role(), today) == Visibility::Full;
        // Whoever was asked or sent it, and does not see the record, learns nothing of one that it was joined with.
        let seen = match visible {
            true => history.clone(),
            // Who asked themselves is shown no more than they told.
            false if sent && asked => Arc::new(access::own_events(&own, caller.organisation())),
            false => own,
        };
        let told = seen
            .events()
            .iter()
            .find(|event| event.envelope.id == referral.received.by);
        let note = told
            .and_then(|event| event.identity.as_ref())
            .and_then(|identity| identity.note.clone());
        let staff = access::sees_identity(caller.role());
        let shown = seen_by(&seen, caller.organisation(), caller.role());
        let open = shown.as_ref().unwrap_or(&seen).now().open_needs();
        let needs = open.filter(|need| {
            let of_sender = need.organisation == referral.from_organisation;
            visible || (of_sender && (sent || !need.restricted))
        });
        let needs = needs.cloned().collect();
        let appointments = if asked || visible {
            let about = |one: &&Appointment| one.about == AppointmentFor::Referral(id);
            seen.now().appointments.iter().filter(about).cloned().collect()
        } else {
            seen.now().booked_by(caller.organisation(), id).cloned().collect()
        };
        Ok(ReferralRead {
            needs,
            person: (asked || visible).then(|| seen.person()),
            identity: (asked && staff).then(|| seen.now().identity.clone()),
            note: note.filter(|_| (asked || sent) && staff),
            etag: if asked || visible {
                etag::seen(
                    StreamId::person(person),
                    &history,
                    caller.organisation(),
                    caller.role(),
                )
            } else {
                etag::of_stages(state, &referral, caller.organisation(), today)
            },
            position,
            stages: stages(state, &referral, caller.organisation(), today),
            appointments,
            with: state.provider(&referral.to_service).clone(),
            onward: state.sent_on_to(&referral).cloned(),
            referral,
        })
    }
}
