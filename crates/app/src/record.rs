//! The unit of work behind every command about a person: authorise, load, decide, append.
//!
//! It runs in a task of its own, so that a client that hangs up cancels nothing (`trust.md`, trap 1). On a
//! version conflict it loads and decides again, unless the caller said with `If-Match` on what the command
//! rests. Retries are bounded by [`ATTEMPTS`].

use crate::answer::Answer;
use crate::caller::{Request, RequestKey};
use crate::error::AppError;
use crate::membership::Admitted;
use crate::query::sealed::seal_on;
use crate::reach::EVERYBODY;
use crate::seals::goes_past_seals;
use crate::told_before::{replay, told_before};
use crate::write::{append_to, created};
use crate::{App, etag};
use std::sync::Arc;
use throughcare_domain::access::{self, Permission, Visibility};
use throughcare_domain::command::{Asked, Command, SightCommand};
use throughcare_domain::decide::{self, Context, Decision};
use throughcare_domain::directory::Directory;
use throughcare_domain::event::Draft;
use throughcare_domain::fault::Fault;
use throughcare_domain::history::History;
use throughcare_domain::id::{EventId, IdSource, PersonId, ReferralId};
use throughcare_domain::reference::ReferenceData;
use throughcare_domain::restricted::seen_by;
use throughcare_domain::stream::{StreamId, StreamKind};
use throughcare_domain::when::london_date;
use throughcare_store::{Append, AppendOutcome, CaseOf, Idempotency, Parts, StoredAnswer};
use uuid::Uuid;

/// How often a command is decided again when others change the record at the same time.
pub const ATTEMPTS: u32 = 8;

/// Where a command goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Address {
    /// A new record.
    New,
    /// A person the caller may see, or about whom the caller has sent something.
    Person(PersonId),
    /// The person to whom a referral, episode, intervention, kit, plan or release belongs.
    Entity(Uuid),
    /// The person found by an identifier that the caller knows. The answer tells nothing of the record.
    Found(PersonId),
}

/// What a command about a person rests on.
pub(crate) struct Case {
    /// Under whose id the person is read.
    pub person: PersonId,
    /// Everything recorded about them, all of one moment but for what other records say that were joined with theirs.
    /// What is recorded next goes to the record that was addressed.
    pub history: Arc<History>,
    pub directory: Arc<Directory>,
    /// What was answered before under the request's key.
    pub answered: Option<StoredAnswer>,
    /// That the caller may act, by the same directory.
    pub admitted: Admitted,
}

impl App {
    /// Records what is asked about one person: all of it or nothing.
    ///
    /// # Errors
    /// [`AppError`]; after [`AppError::Unknown`] the same key is safe to send again.
    pub async fn record(
        &self,
        address: Address,
        asked: Vec<Asked>,
        request: Request,
    ) -> Result<Answer, AppError> {
        let app = self.clone();
        let work = tokio::spawn(async move { app.record_now(address, &asked, &request).await });
        work.await.map_err(|_| AppError::Internal(None))?
    }

    pub(crate) async fn record_now(
        &self,
        address: Address,
        asked: &[Asked],
        request: &Request,
    ) -> Result<Answer, AppError> {
        self.keep_out(asked, request)?;
        let _under_way = self.begin(request)?;
        for _ in 0..ATTEMPTS {
            // Somebody else was first: with If-Match the next attempt says whether that changed what the caller sees.
            if let Some(answer) = self.attempt(address, asked, request).await? {
                return Ok(answer);
            }
        }
        Err(AppError::Busy)
    }

    /// Whoever may not by their role is told so before anything is looked up.
    pub(crate) fn keep_out(&self, asked: &[Asked], request: &Request) -> Result<(), AppError> {
        let mut rules = asked.iter();
        let by_role = |one: &Asked| {
            let mut roles = request.caller.roles();
            roles.find_map(|role| access::kept_out_by_role(&one.command, role))
        };
        match rules.find_map(by_role) {
            Some(rule) => Err(AppError::WrongRole(rule.sentence())),
            None => Ok(()),
        }
    }

    /// One attempt; `None` when somebody else appended first.
    async fn attempt(
        &self,
        address: Address,
        asked: &[Asked],
        request: &Request,
    ) -> Result<Option<Answer>, AppError> {
        let Case {
            person,
            history,
            directory,
            answered,
            admitted,
        } = self.case(address, request).await?;
        let follow = request.import.as_ref().map_or(0, |import| import.follow);
        let judged = &asked[..asked.len().saturating_sub(follow)];
        self.authorise(address, judged, &history, &directory, request)?;
        if let Some(stored) = answered {
            return told_before(stored, request).map(Some);
        }
        let history = addressed(history, asked)?;
        let stream = StreamId::person(person);
        if let Some(expected) = &request.if_match
            && !matches(expected, address, stream, &history, request)
        {
            return Err(AppError::Stale);
        }
        let decision = self.decide(&history, asked, &directory, request).await?;
        let visible = may_know(address, asked, &history, &directory, request);
        let (organisation, role) = (request.caller.organisation(), request.caller.role());
        let answer = Answer {
            person: visible.then_some(person),
            events: told_of(&decision.drafts),
            created: created(&decision.drafts),
            flags: decision.flags.iter().map(|flag| flag.code.to_owned()).collect(),
            etag: etag::after(
                stream,
                &history,
                &decision.drafts,
                request.caller.origin(),
                organisation,
                role,
            ),
            position: 0,
            recorded_at: None,
            replayed: false,
        };
        if request.is_trial() {
            return self.tried(answer, request).await.map(Some);
        }
        let append = append_to(&self.inner.store, person, decision.drafts, request, &history);
        self.inner.histories.keep(history.stream(), history);
        self.append(append, admitted, answer, request).await
    }

    /// May the caller record this here? A record that the caller may not know of answers as if it did not exist.
    pub(crate) fn authorise(
        &self,
        address: Address,
        asked: &[Asked],
        history: &History,
        directory: &Directory,
        request: &Request,
    ) -> Result<(), AppError> {
        let (organisation, role) = (request.caller.organisation(), request.caller.role());
        let state = history.now();
        let today = london_date(request.received_at);
        if matches!(address, Address::Person(_))
            && access::visibility(history, organisation, role, today) == Visibility::None
        {
            // A service on whose list a release stands sees the line, and may take the person on.
            let refers = asked.iter().all(|one| matches!(one.command, Command::Refer(_)));
            if !refers || !access::handed_over_to(state, directory, organisation) {
                return Err(AppError::NotFound);
            }
        }
        // By the id of a plan, a kit or a release nobody comes nearer to its person than by the person's own.
        if matches!(address, Address::Entity(_))
            && asked.iter().any(|one| access::needs_sight_alone(&one.command))
            && access::visibility(history, organisation, role, today) == Visibility::None
        {
            return Err(AppError::NotFound);
        }
        let shown = seen_by(history, organisation, role);
        let shown = shown.as_ref().unwrap_or(history);
        for (Asked { command, .. }, role) in asked
            .iter()
            .flat_map(|one| request.caller.roles().map(move |role| (one, role)))
        {
            match access::may_record(command, shown, directory, organisation, role, today) {
                Permission::Allowed => {}
                Permission::NotFound => return Err(AppError::NotFound),
                Permission::WrongRole(sentence) => return Err(AppError::WrongRole(sentence)),
            }
        }
        match seal_on(directory, history, &request.caller) {
            Some(seal) if !goes_past_seals(asked, &request.caller) => {
                Err(match access::is_warned(history, request.caller.viewer(), today) {
                    true => AppError::Sealed {
                        ask: seal.organisation.clone(),
                    },
                    false => AppError::NotFound,
                })
            }
            _ => Ok(()),
        }
    }

    /// Decides commands one after the other, each on what the ones before it made. A decision rests on what the caller
    /// is shown: a refusal must not tell of what is withheld.
    pub(crate) async fn decide(
        &self,
        history: &History,
        asked: &[Asked],
        directory: &Directory,
        request: &Request,
    ) -> Result<Decision, AppError> {
        let reference = self.reference().await;
        let mut ids = self.inner.ids.source();
        let mut context = context_of(request, &reference, directory, &mut *ids);
        let shown = seen_by(history, request.caller.organisation(), request.caller.role());
        let shown = shown.as_ref().unwrap_or(history);
        Ok(match &request.import {
            Some(import) => decide::decide_planned(shown, asked, &import.planned, &mut context),
            None => decide::decide_in_turn(shown, asked, &mut context),
        }?)
    }

    /// Appends and turns the outcome into an answer; `None` when somebody else appended first.
    pub(crate) async fn append(
        &self,
        mut append: Append,
        admitted: Admitted,
        answer: Answer,
        request: &Request,
    ) -> Result<Option<Answer>, AppError> {
        admitted.rests(&mut append);
        if let Some(RequestKey { key, fingerprint }) = request.key {
            let client = request.caller.actor.client.clone();
            let answer = serde_json::to_vec(&answer).map_err(|_| AppError::Internal(None))?;
            append.idempotency = Some(Idempotency {
                client,
                key,
                fingerprint,
                answer,
            });
        }
        let numbers: Vec<[u8; 32]> = append
            .claims
            .iter()
            .filter(|claim| !claim.release)
            .map(|claim| claim.blind)
            .collect();
        loop {
            return match self.inner.store.append(append.clone()).await? {
                AppendOutcome::Appended(appended) => {
                    self.wake(&numbers).await;
                    Ok(Some(Answer {
                        position: appended.last_position,
                        recorded_at: Some(appended.recorded_at),
                        ..answer
                    }))
                }
                AppendOutcome::Replayed {
                    answer,
                    last_position,
                    ..
                } => replay(&answer, last_position).map(Some),
                AppendOutcome::Conflict { .. } => Ok(None),
                AppendOutcome::KeyReused => Err(AppError::KeyReused),
                AppendOutcome::DuplicateReference { entity } => Err(AppError::DuplicateReference { entity }),
                // Two records with one identifier are a matter for people; neither caller may learn of the
                // other record by being refused. The identifier is recorded, and found at its first holder.
                AppendOutcome::IdentifierClaimed { kind, .. } => {
                    append.claims.retain(|claim| claim.kind != kind || claim.release);
                    continue;
                }
            };
        }
    }

    /// Reads all that the command rests on, in one statement.
    pub(crate) async fn case(&self, address: Address, request: &Request) -> Result<Case, AppError> {
        let (of, entity) = match address {
            Address::New => (CaseOf::Nobody, None),
            Address::Person(person) | Address::Found(person) => {
                (CaseOf::Stream(StreamId::person(person)), None)
            }
            Address::Entity(id) => (self.case_of(id), Some(id)),
        };
        let kept = match of {
            CaseOf::Stream(stream) => self.inner.histories.take(stream),
            _ => None,
        };
        let after = kept.as_ref().map_or(0, |kept| kept.version());
        let client = &request.caller.actor.client;
        let key = request.key.map(|asked| (client.as_str(), asked.key));
        let mut opened = self.inner.store.open_case(of, after, key).await?;
        let history = match kept {
            Some(mut kept) if opened.follows => {
                if !opened.events.is_empty() {
                    Arc::make_mut(&mut kept).learn(std::mem::take(&mut opened.events));
                }
                kept
            }
            None => Arc::new(History::new(std::mem::take(&mut opened.events))),
            Some(_) => {
                opened = self.inner.store.open_case(of, 0, key).await?;
                Arc::new(History::new(std::mem::take(&mut opened.events)))
            }
        };
        let directory = self.directory_at(opened.organisations).await?;
        let admitted = self.admitted(&request.caller, &directory)?;
        if matches!(address, Address::New) {
            return Ok(Case {
                person: PersonId(self.inner.ids.one()),
                history,
                directory,
                answered: opened.answered,
                admitted,
            });
        }
        // What belongs to a service or an organisation belongs to no person.
        if history.events().is_empty() || history.stream().kind != StreamKind::Person {
            return Err(AppError::NotFound);
        }
        if let Some(entity) = entity {
            self.inner.histories.belongs(entity, history.stream());
        }
        if !history.now().merges.is_empty() {
            self.inner.histories.keep(history.stream(), history.clone());
        }
        let history = self.whole_record(&EVERYBODY, history, Parts::Known, None).await?;
        Ok(Case {
            person: history.person(),
            history,
            directory,
            answered: opened.answered,
            admitted,
        })
    }

    /// By its stream, when it was seen before to whom something belongs.
    fn case_of(&self, entity: Uuid) -> CaseOf {
        let owner = self.inner.histories.owner(entity);
        owner.map_or(CaseOf::Entity(entity), CaseOf::Stream)
    }
}

/// The events of which the answer tells: not of those that tell what others recorded.
fn told_of(drafts: &[Draft]) -> Vec<EventId> {
    let told = drafts.iter().filter(|draft| !draft.fact.tells_of_others());
    told.map(|draft| draft.id).collect()
}

/// What a decision on a request needs besides the history.
pub(crate) fn context_of<'a>(
    request: &'a Request,
    reference: &'a ReferenceData,
    directory: &'a Directory,
    ids: &'a mut dyn IdSource,
) -> Context<'a> {
    Context {
        now: request.received_at,
        origin: request.caller.origin(),
        organisation: request.caller.organisation(),
        user: request.caller.actor.user.as_deref(),
        reference,
        directory,
        ids,
    }
}

/// The history, so addressed that a correction goes to the record in which the entry stands: there alone it counts.
pub(crate) fn addressed(history: Arc<History>, asked: &[Asked]) -> Result<Arc<History>, AppError> {
    if !history.is_joined() {
        return Ok(history);
    }
    let corrected: Vec<EventId> = asked
        .iter()
        .flat_map(|one| match &one.command {
            Command::VoidEvents { events, .. } => events.clone(),
            Command::WithdrawIdentifier { recorded_by } => vec![*recorded_by],
            _ => Vec::new(),
        })
        .collect();
    let mut streams: Vec<StreamId> = history
        .events()
        .iter()
        .filter(|event| corrected.contains(&event.envelope.id))
        .map(|event| event.envelope.stream)
        .collect();
    streams.sort_unstable();
    streams.dedup();
    match streams[..] {
        [] => Ok(history),
        [stream] => Ok(Arc::new(Arc::unwrap_or_clone(history).addressed_to(stream))),
        _ => {
            let detail = "These entries stand in two of the records that were joined. Correct those of one record at a time.";
            Err(AppError::Refused(
                Fault::new("/events", "several_records", detail).into(),
            ))
        }
    }
}

/// Whether `If-Match` names the present version: that of the record, or of the referral as its sender sees it.
pub(crate) fn matches(
    expected: &str,
    address: Address,
    stream: StreamId,
    history: &History,
    request: &Request,
) -> bool {
    let (organisation, role) = (request.caller.organisation(), request.caller.role());
    let stages = || match address {
        Address::Entity(id) => {
            let state = history.now();
            let referral = state.referral(ReferralId(id));
            referral.map(|referral| {
                etag::of_stages(state, referral, organisation, london_date(request.received_at))
            })
        }
        _ => None,
    };
    expected == etag::seen(stream, history, organisation, role) || stages().as_deref() == Some(expected)
}

/// Whether the answer may name the record: when the caller named it, or sees it in full, or does so from now on.
/// Somebody else's record is not named: its id tells when it was opened.
pub(crate) fn may_know(
    address: Address,
    asked: &[Asked],
    history: &History,
    directory: &Directory,
    request: &Request,
) -> bool {
    matches!(address, Address::New | Address::Person(_))
        || asked.iter().any(|one| {
            matches!(
                one.command,
                Command::AcceptReferral(_) | Command::Sight(SightCommand::BreakGlass { .. })
            )
        })
        || (seal_on(directory, history, &request.caller).is_none()
            && access::visibility(
                history,
                request.caller.organisation(),
                request.caller.role(),
                london_date(request.received_at),
            ) == Visibility::Full)
}
