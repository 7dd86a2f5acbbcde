//! Voiding what was entered in error, and entering what is true: in the same record, or in the record of the person
//! it was about. All of it is one append.

use crate::answer::Answer;
use crate::caller::Request;
use crate::error::AppError;
use crate::record::{ATTEMPTS, Address, Case, addressed, matches, may_know};
use crate::told_before::told_before;
use crate::write::{append_to, created};
use crate::{App, etag};
use throughcare_domain::code::Code;
use throughcare_domain::command::{Asked, Command};
use throughcare_domain::fact::Replaced;
use throughcare_domain::fault::{Fault, Faults};
use throughcare_domain::id::{EventId, PersonId};
use throughcare_domain::stream::StreamId;
use throughcare_domain::when::Occurred;
use throughcare_store::Append;

/// What is asked to be corrected.
#[derive(Clone, Debug)]
pub struct Correction {
    /// Whose record the errors are in: a person, or something that belongs to one.
    pub at: Address,
    /// The errors.
    pub events: Vec<EventId>,
    /// Code of `correction-reasons`.
    pub reason: Code,
    /// Free text; sealed under the identity key of this person.
    pub note: Option<String>,
    /// What is entered in their place.
    pub replacement: Option<Replacement>,
}

/// What takes the place of an error.
#[derive(Clone, Debug)]
pub struct Replacement {
    /// In whose record; the same when absent.
    pub person: Option<PersonId>,
    /// What is entered.
    pub asked: Vec<Asked>,
}

impl App {
    /// Voids events and enters what takes their place: all of it or nothing.
    ///
    /// # Errors
    /// [`AppError`]; every fault of both records at once. After [`AppError::Unknown`] the same key is safe to send
    /// again.
    pub async fn correct(&self, correction: Correction, request: Request) -> Result<Answer, AppError> {
        let elsewhere = correction
            .replacement
            .as_ref()
            .and_then(|replacement| replacement.person)
            .filter(|other| Address::Person(*other) != correction.at);
        let Some(other) = elsewhere else {
            let asked = correction.in_one_record(&request);
            return self.record(correction.at, asked, request).await;
        };
        let app = self.clone();
        let work = tokio::spawn(async move { app.move_over(&correction, other, &request).await });
        work.await.map_err(|_| AppError::Internal(None))?
    }

    async fn move_over(
        &self,
        correction: &Correction,
        other: PersonId,
        request: &Request,
    ) -> Result<Answer, AppError> {
        let _under_way = self.begin(request)?;
        for _ in 0..ATTEMPTS {
            if let Some(answer) = self.try_to_move_over(correction, other, request).await? {
                return Ok(answer);
            }
        }
        Err(AppError::Busy)
    }

    async fn try_to_move_over(
        &self,
        correction: &Correction,
        other: PersonId,
        request: &Request,
    ) -> Result<Option<Answer>, AppError> {
        let (from, to) = (correction.at, Address::Person(other));
        let void = vec![correction.void(Replaced::Elsewhere, request)];
        let entered = correction.entered(true, request);
        self.keep_out(&void, request)?;
        self.keep_out(&entered, request)?;
        let mut wrong = self.case(from, request).await?;
        self.authorise(from, &void, &wrong.history, &wrong.directory, request)?;
        let right = self.case(to, request).await?;
        self.authorise(to, &entered, &right.history, &right.directory, request)?;
        if let Some(stored) = wrong.answered {
            return told_before(stored, request).map(Some);
        }
        if wrong.person == right.person {
            let detail = "This is the record that is corrected. Leave personId out.";
            let fault = Fault::new("/replacement/personId", "same_record", detail);
            return Err(AppError::Refused(fault.into()));
        }
        let stream = StreamId::person(wrong.person);
        if let Some(expected) = &request.if_match
            && !matches(expected, from, stream, &wrong.history, request)
        {
            return Err(AppError::Stale);
        }
        wrong.history = addressed(wrong.history, &void)?;
        let mut faults = Faults::default();
        let mut whole = Append::default();
        let mut answer = Answer {
            person: may_know(from, &void, &wrong.history, &wrong.directory, request).then_some(wrong.person),
            events: Vec::new(),
            created: Vec::new(),
            flags: Vec::new(),
            etag: String::new(),
            position: 0,
            recorded_at: None,
            replayed: false,
        };
        for (
            Case {
                person,
                history,
                directory,
                ..
            },
            asked,
        ) in [(&wrong, &void), (&right, &entered)]
        {
            let decision = match self.decide(history, asked, directory, request).await {
                Ok(decision) => decision,
                Err(AppError::Refused(more)) => {
                    faults.absorb("", more);
                    continue;
                }
                Err(other) => return Err(other),
            };
            let stream = StreamId::person(*person);
            if *person == wrong.person {
                let (organisation, role) = (request.caller.organisation(), request.caller.role());
                let origin = request.caller.origin();
                answer.etag = etag::after(stream, history, &decision.drafts, origin, organisation, role);
            }
            answer.events.extend(decision.drafts.iter().map(|draft| draft.id));
            answer.created.extend(created(&decision.drafts));
            answer
                .flags
                .extend(decision.flags.iter().map(|flag| flag.code.to_owned()));
            let part = append_to(&self.inner.store, *person, decision.drafts, request, history);
            whole.streams.extend(part.streams);
            whole.claims.extend(part.claims);
            whole.entities.extend(part.entities);
            if whole.references.is_empty() {
                whole.references = part.references;
            }
        }
        if !faults.is_empty() {
            return Err(AppError::Refused(faults));
        }
        self.append(whole, wrong.admitted.clone(), answer, request).await
    }
}

impl Correction {
    fn in_one_record(&self, request: &Request) -> Vec<Asked> {
        let replaced = match self.replacement {
            Some(_) => Replaced::Here,
            None => Replaced::No,
        };
        let mut asked = vec![self.void(replaced, request)];
        asked.extend(self.entered(false, request));
        asked
    }

    fn void(&self, replaced: Replaced, request: &Request) -> Asked {
        Asked {
            under: String::new(),
            occurred: Occurred::At(request.received_at),
            note: self.note.clone(),
            command: Command::VoidEvents {
                events: self.events.clone(),
                reason: self.reason.clone(),
                replaced,
            },
        }
    }

    /// What is entered in the place of the errors, with what says so before it.
    fn entered(&self, from_elsewhere: bool, request: &Request) -> Vec<Asked> {
        let Some(replacement) = &self.replacement else {
            return Vec::new();
        };
        let mut asked = vec![Asked {
            under: "/replacement".to_owned(),
            occurred: Occurred::At(request.received_at),
            note: None,
            command: Command::EnterReplacement {
                replaces: self.events.clone(),
                from_elsewhere,
            },
        }];
        asked.extend(replacement.asked.iter().cloned());
        asked
    }
}
