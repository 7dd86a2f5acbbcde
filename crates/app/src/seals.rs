//! Sealing a record, saying who sees it, and opening it again; and which records an organisation sealed.
//!
//! A seal stands in the stream of the organisation that answers for it, because every question about anybody has to
//! know of it before a record is opened. What it rests on of the person's record is read before: whoever takes the
//! person on in between sees a line without a person and whom to ask, which loses nobody.

use crate::App;
use crate::answer::Answer;
use crate::caller::{Caller, Request, Standing};
use crate::error::AppError;
use crate::looks::Extent;
use throughcare_domain::access::{self, Ground, Permission, Rule};
use throughcare_domain::code::Code;
use throughcare_domain::command::{Asked, Command, SightCommand};
use throughcare_domain::decide::{OrganisationCommand, SealCommand};
use throughcare_domain::directory::Seal;
use throughcare_domain::event::{Origin, Role};
use throughcare_domain::fact::Named;
use throughcare_domain::id::{PersonId, SealId};
use throughcare_domain::when::Occurred;

impl App {
    /// Seals somebody's record for the caller's organisation.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a person for whose record the caller does not answer; [`AppError`].
    pub async fn seal(
        &self,
        person: PersonId,
        reason: Code,
        named: Vec<Named>,
        request: Request,
    ) -> Result<Answer, AppError> {
        may_seal(&request.caller)?;
        let (whole, _) = self.answered_for(&request.caller, person).await?;
        let records = whole.streams().into_iter();
        let command = SealCommand::Seal {
            records: records.map(|(stream, _)| PersonId(stream.id)).collect(),
            reason,
            left_without: access::left_without(&whole, &named),
            named,
        };
        self.sealing(command, request).await
    }

    /// Names others who see a sealed record.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a seal of another organisation; [`AppError`].
    pub async fn change_seal(
        &self,
        seal: SealId,
        named: Vec<Named>,
        request: Request,
    ) -> Result<Answer, AppError> {
        let record = self.record_under(seal, &request.caller).await?;
        let (whole, _) = self.answered_for(&request.caller, record).await?;
        let command = SealCommand::Change {
            seal,
            left_without: access::left_without(&whole, &named),
            named,
        };
        self.sealing(command, request).await
    }

    /// Opens a sealed record again.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a seal of another organisation; [`AppError`].
    pub async fn lift_seal(&self, seal: SealId, reason: Code, request: Request) -> Result<Answer, AppError> {
        self.record_under(seal, &request.caller).await?;
        self.sealing(SealCommand::Lift { seal, reason }, request).await
    }

    /// The seals of an organisation, those that were lifted included, in the order in which they were placed: for its
    /// privacy officers, and all of them for auditors.
    ///
    /// # Errors
    /// [`AppError::WrongRole`] for everybody else.
    pub async fn seals(&self, caller: &Caller) -> Result<Vec<Seal>, AppError> {
        if caller.role() != Role::Auditor {
            may_seal(caller)?;
        }
        let directory = self.directory().await?;
        let all = directory.seals().all().iter();
        let shown =
            all.filter(|seal| caller.role() == Role::Auditor || seal.organisation == *caller.organisation());
        Ok(shown.cloned().collect())
    }

    /// Notes that the caller is shown these seals.
    pub fn shows_seals(&self, caller: &Caller, shown: &[Seal]) {
        let ground = Ground::DataProtection.unless_audit(caller.role());
        for seal in shown {
            let person = seal.records.first().copied();
            caller.looks.note(person, Extent::Protection, vec![ground]);
        }
    }

    /// A record under a seal of the caller's organisation.
    async fn record_under(&self, seal: SealId, caller: &Caller) -> Result<PersonId, AppError> {
        may_seal(caller)?;
        let directory = self.directory().await?;
        let seal = directory.seals().seal(seal).ok_or(AppError::NotFound)?;
        match access::may_seal(caller.role(), caller.organisation(), &seal.organisation) {
            Permission::Allowed => seal.records.first().copied().ok_or(AppError::NotFound),
            _ => Err(AppError::NotFound),
        }
    }

    async fn sealing(&self, command: SealCommand, request: Request) -> Result<Answer, AppError> {
        let command = OrganisationCommand::Seals {
            organisation: request.caller.organisation().clone(),
            command,
        };
        let now = Occurred::At(request.received_at);
        self.administer(now, command, request).await
    }
}

/// Whoever may not by their role is told so before anything is looked up.
fn may_seal(caller: &Caller) -> Result<(), AppError> {
    match caller.role() {
        Role::PrivacyOfficer => Ok(()),
        _ => Err(AppError::WrongRole(
            Rule::RecordsAreSealedByPrivacyOfficers.sentence(),
        )),
    }
}

/// What is recorded about somebody whose record is sealed from whoever tells it: what systems tell, referrals, and looks
/// in an emergency with their review. Whoever keeps these out loses people, and their answers show nothing.
pub(crate) fn goes_past_seals(asked: &[Asked], caller: &Caller) -> bool {
    let looks = SightCommand::is_of_emergencies;
    let in_need = |one: &Asked| match &one.command {
        Command::Refer(_) => true,
        Command::Sight(command) => looks(command),
        _ => false,
    };
    caller.origin() == Origin::Machine || caller.standing == Standing::Trusted || asked.iter().any(in_need)
}
