//! Tells a script: each step is decided by the rules of the API, in order of recording.

use crate::dice::seed_of;
use crate::entry::Entry;
use crate::error::CountyError;
use crate::handover::Handover;
use crate::ids::CountyIds;
use crate::places::code;
use crate::plan::Plan;
use crate::script::{Script, Slots, Step};
use crate::voice::Voice;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use throughcare_domain::access::{Permission, Visibility, may_record, visibility};
use throughcare_domain::command::{Asked, Command, SightCommand};
use throughcare_domain::decide::{Context, Decision, decide_in_turn};
use throughcare_domain::directory::Directory;
use throughcare_domain::event::{Actor, Origin, Role, SourceReference};
use throughcare_domain::fact::Fact;
use throughcare_domain::history::History;
use throughcare_domain::id::{IdSource, PersonId};
use throughcare_domain::reference::ReferenceData;
use throughcare_domain::stream::StreamId;
use throughcare_domain::when::{Occurred, london_date};
use uuid::Uuid;

/// How soon after an entry the program finds what goes over with a contract.
const SOON: SignedDuration = SignedDuration::from_secs(5);

/// Decides the steps that are recorded before the plan's end.
pub(crate) fn tell(
    mut script: Script,
    plan: &Plan,
    reference: &ReferenceData,
    directory: &Directory,
    handover: Option<&Handover>,
) -> Result<Vec<Entry>, CountyError> {
    script.steps.retain(|step| step.recorded_at < plan.end());
    script.steps.sort_by_key(|step| step.recorded_at);
    let Some(first) = script.steps.first() else {
        return Ok(Vec::new());
    };
    let mut ids = CountyIds::new(seed_of(plan.seed, script.person));
    ids.set(first.recorded_at);
    let stream = StreamId::person(PersonId(ids.next_id()));
    let mut slots = Slots::default();
    slots.recall = directory.recalls().first().map(|recall| recall.id);
    let mut telling = Telling {
        stream,
        reference,
        directory,
        handover,
        ids,
        history: History::default(),
        slots,
        entries: Vec::with_capacity(script.steps.len()),
    };
    let turn = handover.map(|one| one.turn_of(script.person));
    let mut turn = turn.filter(|turn| *turn < plan.end());
    for (number, step) in script.steps.iter().enumerate() {
        if let Some(at) = turn.take_if(|turn| *turn < step.recorded_at) {
            telling.go_over(number, at)?;
        }
        let told = telling.step(number, step)?;
        if told && turn.is_none() && telling.may_be_late() {
            let next = script.steps.get(number + 1);
            let next = next.map_or(plan.end() - SignedDuration::from_micros(1), |next| {
                next.recorded_at
            });
            telling.go_over(number, (step.recorded_at + SOON).min(next))?;
        }
    }
    if let Some(at) = turn {
        telling.go_over(script.steps.len(), at)?;
    }
    Ok(telling.entries)
}

struct Telling<'a> {
    stream: StreamId,
    reference: &'a ReferenceData,
    directory: &'a Directory,
    handover: Option<&'a Handover>,
    ids: CountyIds,
    history: History,
    slots: Slots,
    entries: Vec<Entry>,
}

impl Telling<'_> {
    /// Tells a step; false when nobody could have recorded it, because its service handed over before.
    fn step(&mut self, number: usize, step: &Step) -> Result<bool, CountyError> {
        let mut refused = None;
        for speaker in self.speakers(step) {
            self.slots.handed_over = speaker.handed_over;
            let asked: Vec<Asked> = step.told.iter().map(|told| told.asked(&self.slots)).collect();
            if speaker.unseen && !asked.iter().any(|one| asks_for_help(&one.command)) {
                continue;
            }
            match self.said(number, step, &speaker.voice, &asked) {
                Ok(()) => return Ok(true),
                Err(error) => {
                    refused.get_or_insert(error);
                }
            }
        }
        let handover = self.handover;
        let left = handover.is_some_and(|one| one.has_begun(step.recorded_at) && one.is_left(&step.voice));
        match refused {
            Some(error) if !left => Err(error),
            _ => Ok(false),
        }
    }

    /// Who may say it, the likeliest first: once the contract has moved, those who took over, and what stayed behind
    /// those who are left.
    fn speakers(&self, step: &Step) -> Vec<Speaker> {
        let speaker = |voice, handed_over, unseen| Speaker {
            voice,
            handed_over,
            unseen,
        };
        let voice = step.voice.clone();
        let Some(handover) = self.handover.filter(|one| one.has_begun(step.recorded_at)) else {
            return vec![speaker(voice, false, false)];
        };
        if !handover.is_left(&voice) {
            return vec![speaker(voice, true, false)];
        }
        let colleague = handover.colleague(&voice);
        let seen = visibility(
            &self.history,
            &colleague.actor.organisation,
            colleague.actor.role,
            london_date(step.recorded_at),
        );
        let unseen = seen == Visibility::None;
        let mut speakers = vec![speaker(voice, false, false), speaker(colleague, true, unseen)];
        if seen == Visibility::Full {
            speakers.reverse();
        }
        speakers
    }

    fn said(
        &mut self,
        number: usize,
        step: &Step,
        voice: &Voice,
        asked: &[Asked],
    ) -> Result<(), CountyError> {
        self.permitted(asked, voice, number, london_date(step.recorded_at))?;
        let (decision, correlation) = self.decided(number, step.recorded_at, voice, asked)?;
        fill(&mut self.slots, step, &decision);
        let entry = Entry {
            stream: self.stream,
            expected_version: self.history.version(),
            recorded_at: step.recorded_at,
            received_at: step.received_at,
            actor: voice.actor.clone(),
            origin: voice.origin(),
            source: step.source(),
            correlation,
            made_before: made_before(&decision, &self.history),
            drafts: decision.drafts,
        };
        self.learn(entry);
        self.attest(number, step, voice, asked)
    }

    /// Whoever takes somebody on by a referral of their own has them there, and says so.
    fn attest(
        &mut self,
        number: usize,
        step: &Step,
        voice: &Voice,
        asked: &[Asked],
    ) -> Result<(), CountyError> {
        let sight = &self.history.now().sight;
        let accepted = asked.iter().find_map(|one| match one.command {
            Command::AcceptReferral(referral) if !sight.is_given_by(referral) => Some(referral),
            _ => None,
        });
        let (Some(referral), Some(_)) = (accepted, &voice.actor.user) else {
            return Ok(());
        };
        let attested = [Asked {
            under: String::new(),
            occurred: Occurred::On(london_date(step.recorded_at)),
            note: None,
            command: Command::Sight(SightCommand::AttestPresence {
                referral,
                attested: code("known_to_worker"),
            }),
        }];
        let (decision, correlation) = self.decided(number, step.recorded_at, voice, &attested)?;
        self.learn(Entry {
            stream: self.stream,
            expected_version: self.history.version(),
            recorded_at: step.recorded_at,
            received_at: step.received_at,
            actor: voice.actor.clone(),
            origin: voice.origin(),
            source: None,
            correlation,
            made_before: Vec::new(),
            drafts: decision.drafts,
        });
        Ok(())
    }

    /// What the program records when a contract has moved, for somebody with something open.
    fn go_over(&mut self, number: usize, at: Timestamp) -> Result<(), CountyError> {
        let Some(handover) = self.handover else {
            return Ok(());
        };
        let Some(asked) = handover.asked(&self.history) else {
            return Ok(());
        };
        let contract = handover.contract();
        let program = Voice {
            actor: Actor {
                client: "throughcare".to_owned(),
                user: None,
                organisation: contract.told.to_organisation.clone(),
                role: Role::Administrator,
            },
            system: None,
        };
        let (mut decision, _) = self.decided(number, at, &program, &[asked])?;
        for draft in &mut decision.drafts {
            draft.causation = Some(contract.by);
        }
        let entry = Entry {
            stream: self.stream,
            expected_version: self.history.version(),
            recorded_at: at,
            received_at: at,
            actor: program.actor,
            origin: Origin::Machine,
            source: None,
            correlation: contract.told.contract.0,
            made_before: Vec::new(),
            drafts: decision.drafts,
        };
        self.learn(entry);
        Ok(())
    }

    /// True when the last entry may have left something open with the service whose contract has moved: told of the
    /// time before, or of somebody whom that service knows.
    fn may_be_late(&self) -> bool {
        let (Some(handover), Some(last)) = (self.handover, self.entries.last()) else {
            return false;
        };
        let on = handover.contract().told.on;
        handover.knows(self.history.now()) || last.drafts.iter().any(|draft| draft.occurred.date() < on)
    }

    fn decided(
        &mut self,
        number: usize,
        now: Timestamp,
        voice: &Voice,
        asked: &[Asked],
    ) -> Result<(Decision, Uuid), CountyError> {
        self.ids.set(now);
        let correlation = self.ids.any();
        let mut context = Context {
            now,
            origin: voice.origin(),
            organisation: &voice.actor.organisation,
            user: voice.actor.user.as_deref(),
            reference: self.reference,
            directory: self.directory,
            ids: &mut self.ids,
        };
        let decided = decide_in_turn(&self.history, asked, &mut context);
        let decision = decided.map_err(|refusal| CountyError::Refused {
            stream: self.stream.id,
            step: number,
            refusal,
        })?;
        Ok((decision, correlation))
    }

    /// Asks the access rules, as the API would.
    fn permitted(
        &self,
        asked: &[Asked],
        voice: &Voice,
        number: usize,
        today: Date,
    ) -> Result<(), CountyError> {
        let actor = &voice.actor;
        let allowed = asked.iter().all(|one| {
            let (organisation, role) = (&actor.organisation, actor.role);
            let (history, directory) = (&self.history, self.directory);
            may_record(&one.command, history, directory, organisation, role, today) == Permission::Allowed
        });
        if allowed {
            Ok(())
        } else {
            Err(CountyError::NotPermitted {
                stream: self.stream.id,
                step: number,
            })
        }
    }

    fn learn(&mut self, entry: Entry) {
        self.history.learn(entry.recorded());
        self.entries.push(entry);
    }
}

/// Somebody who may say a step.
struct Speaker {
    voice: Voice,
    /// For whom the contract has moved.
    handed_over: bool,
    /// Who does not see the record yet, and may only take a person on.
    unseen: bool,
}

/// True for what brings a service to somebody whom it does not see.
fn asks_for_help(command: &Command) -> bool {
    matches!(
        command,
        Command::Refer(_)
            | Command::AcceptReferral(_)
            | Command::RejectReferral { .. }
            | Command::WithdrawReferral { .. }
            | Command::SendReferralOn { .. }
            | Command::Triage { .. }
            | Command::Appointment(_)
    )
}

/// The interventions that start now and were referred to before.
fn made_before(decision: &Decision, history: &History) -> Vec<Uuid> {
    let started = decision.drafts.iter().filter_map(|draft| match &draft.fact {
        Fact::InterventionStarted(f) => Some((f.episode, f.intervention)),
        _ => None,
    });
    let known = started.filter(|(episode, intervention)| {
        let episode = history.now().episode(*episode);
        episode.is_some_and(|episode| episode.has_intervention(*intervention))
    });
    known.map(|(_, intervention)| intervention.0).collect()
}

/// What was created fills the slots in order; a release is known by its event. One slot more is the first entry
/// itself, for who puts it right later.
fn fill(slots: &mut Slots, step: &Step, decision: &Decision) {
    let releases = decision
        .drafts
        .iter()
        .filter(|draft| matches!(draft.fact, Fact::Released(_)));
    let created = decision
        .created
        .iter()
        .copied()
        .chain(releases.map(|draft| draft.id.0))
        .chain(decision.drafts.first().map(|draft| draft.id.0));
    for (slot, id) in step.creates.iter().zip(created) {
        slots.set(*slot, id);
    }
}

impl crate::script::Told {
    fn asked(&self, slots: &Slots) -> Asked {
        Asked {
            under: String::new(),
            occurred: self.occurred,
            note: None,
            command: (self.asks)(slots),
        }
    }
}

impl Step {
    fn source(&self) -> Option<SourceReference> {
        let (system, value) = (self.voice.system?, self.reference.clone()?);
        Some(SourceReference {
            system: system.to_owned(),
            value,
        })
    }
}
