//! Referrals for people who may or may not be known.
//!
//! A strong identifier held by one record, with nothing that contradicts it, is certain; everything else opens a record
//! of its own, for people to join later (`design.md`, "Streams"). What is told with a referral that lands on a known
//! record is added to it where it is new: an alias beside the name, a residence after the last one. The sender is
//! answered the same either way, and learns nothing of the record (`trust.md`, "Who may see what").

use crate::App;
use crate::answer::Answer;
use crate::caller::Request;
use crate::error::AppError;
use crate::record::Address;
use crate::write::blind;
use throughcare_domain::access;
use throughcare_domain::command::{Asked, Command, Demographics, NewReferral, PersonTold, ResidenceTold};
use throughcare_domain::id::PersonId;
use throughcare_domain::identifier::Identifier;
use throughcare_domain::matching::{Portrait, Verdict, compare};
use throughcare_domain::when::{Occurred, london_date};

/// Whom a referral is about.
#[derive(Clone, Debug)]
pub enum IntakePerson {
    /// A record that the caller may see.
    Known(PersonId),
    /// Somebody, as far as the sender knows.
    Described {
        /// Names, birth, sex, ethnicity.
        demographics: Demographics,
        /// Identifiers; at most 20.
        identifiers: Vec<Identifier>,
        /// Where they live.
        residence: Option<ResidenceTold>,
    },
}

/// A referral as it comes in.
#[derive(Clone, Debug)]
pub struct ReferralIntake {
    /// Whom it is about.
    pub person: IntakePerson,
    /// The referral date.
    pub occurred: Occurred,
    /// Free text for the service asked.
    pub note: Option<String>,
    /// What is asked.
    pub referral: NewReferral,
}

impl App {
    /// Records a referral, on the record found with certainty or on a new one.
    ///
    /// # Errors
    /// [`AppError`].
    pub async fn receive_referral(
        &self,
        intake: ReferralIntake,
        request: Request,
    ) -> Result<Answer, AppError> {
        self.receive(intake, Vec::new(), request).await
    }

    /// As [`Self::receive_referral`], with what came of it, in one append.
    pub(crate) async fn receive(
        &self,
        intake: ReferralIntake,
        follow: Vec<Asked>,
        request: Request,
    ) -> Result<Answer, AppError> {
        let ReferralIntake {
            person,
            occurred,
            note,
            referral,
        } = intake;
        let refer = Asked {
            under: String::new(),
            occurred,
            note,
            command: Command::Refer(referral),
        };
        match person {
            IntakePerson::Known(person) => {
                let asked = std::iter::once(refer).chain(follow).collect();
                self.record(Address::Person(person), asked, request).await
            }
            IntakePerson::Described {
                demographics,
                identifiers,
                residence,
            } => {
                let found = self.find_certain(&identifiers, &demographics).await?;
                let found = match found {
                    Some(person) if !self.may_land_on(person, &refer, &request).await? => None,
                    found => found,
                };
                // What is told of somebody goes first: the answer is about the referral alone.
                let about = |command| Asked {
                    under: String::new(),
                    occurred,
                    note: None,
                    command,
                };
                let (address, first) = match found {
                    Some(person) => {
                        let told = PersonTold {
                            demographics,
                            identifiers,
                            residence,
                        };
                        (Address::Found(person), about(Command::TellOf(told)))
                    }
                    None => {
                        let register = Command::Register {
                            demographics,
                            identifiers,
                            residence,
                        };
                        (Address::New, about(register))
                    }
                };
                let shown: &[&str] = match follow.is_empty() {
                    true => &["referral"],
                    false => &["referral", "episode", "intervention"],
                };
                let asked = [first, refer].into_iter().chain(follow).collect();
                let answer = self.record(address, asked, request).await?;
                Ok(discreet(answer, shown))
            }
        }
    }

    /// A referral to somebody else's service lands on the record: their acceptance is the act that ties it. One to
    /// a service of the sender's own lands there only when the sender sees the record by care already, or custody has
    /// handed the person over; otherwise a referral would open a stranger's record to whoever sends it. It opens a
    /// record of its own then, for people to join later.
    async fn may_land_on(
        &self,
        person: PersonId,
        refer: &Asked,
        request: &Request,
    ) -> Result<bool, AppError> {
        let Command::Refer(referral) = &refer.command else {
            return Ok(true);
        };
        let directory = self.directory().await?;
        let caller = &request.caller;
        let to_itself = directory
            .service(&referral.to_service)
            .is_some_and(|service| service.organisation == *caller.organisation());
        if !to_itself {
            return Ok(true);
        }
        let history = self.history(person).await?;
        let today = london_date(request.received_at);
        let seen = access::sees_by_care(&history, caller.organisation(), caller.role(), today);
        Ok(seen || access::handed_over_to(history.now(), &directory, caller.organisation()))
    }

    /// The record that holds one of the identifiers, when all that are held are held by it and the comparison with it
    /// is certain: neither the date of birth nor another number of which a person has one contradicts.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn find_certain(
        &self,
        identifiers: &[Identifier],
        told: &Demographics,
    ) -> Result<Option<PersonId>, AppError> {
        let mut found: Option<PersonId> = None;
        for identifier in identifiers
            .iter()
            .filter(|identifier| identifier.kind().is_strong())
        {
            for stream in self
                .inner
                .store
                .find_claim(
                    &throughcare_store::Reach::EVERYBODY,
                    identifier.kind(),
                    &blind(&self.inner.store, identifier),
                )
                .await?
            {
                let person = PersonId(stream.id);
                if found.is_some_and(|other| other != person) {
                    return Ok(None);
                }
                found = Some(person);
            }
        }
        let Some(person) = found else { return Ok(None) };
        let history = self.history(person).await?;
        let known = Portrait::of(&history.now().identity);
        let score = compare(&known, &Portrait::told(told, identifiers, None));
        Ok((score.verdict == Verdict::Certain).then_some(person))
    }
}

/// The same answer whether the record existed or not: the referral, what came of it in the same append, and the last
/// event; nothing of the record.
fn discreet(answer: Answer, shown: &[&str]) -> Answer {
    Answer {
        person: None,
        events: answer.events.last().copied().into_iter().collect(),
        created: answer
            .created
            .into_iter()
            .filter(|created| shown.contains(&created.kind.as_str()))
            .collect(),
        flags: Vec::new(),
        etag: String::new(),
        ..answer
    }
}
