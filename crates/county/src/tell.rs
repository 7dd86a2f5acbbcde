//! Tells a script: each step is decided by the rules of the API, in order of recording.

use crate::dice::seed_of;
use crate::entry::Entry;
use crate::error::CountyError;
use crate::ids::CountyIds;
use crate::plan::Plan;
use crate::script::{Script, Slots, Step};
use throughcare_domain::access::{Permission, may_record};
use throughcare_domain::command::Asked;
use throughcare_domain::decide::{Context, Decision, decide_in_turn};
use throughcare_domain::directory::Directory;
use throughcare_domain::event::SourceReference;
use throughcare_domain::fact::Fact;
use throughcare_domain::history::History;
use throughcare_domain::id::{IdSource, PersonId};
use throughcare_domain::reference::ReferenceData;
use throughcare_domain::stream::StreamId;
use uuid::Uuid;

/// Decides the steps that are recorded before the plan's end.
pub(crate) fn tell(
    mut script: Script,
    plan: &Plan,
    reference: &ReferenceData,
    directory: &Directory,
) -> Result<Vec<Entry>, CountyError> {
    script.steps.retain(|step| step.recorded_at < plan.end());
    script.steps.sort_by_key(|step| step.recorded_at);
    let Some(first) = script.steps.first() else {
        return Ok(Vec::new());
    };
    let mut ids = CountyIds::new(seed_of(plan.seed, script.person));
    ids.set(first.recorded_at);
    let stream = StreamId::person(PersonId(ids.next_id()));
    let mut history = History::default();
    let mut slots = Slots::default();
    slots.recall = directory.recalls().first().map(|recall| recall.id);
    let mut entries = Vec::with_capacity(script.steps.len());
    for (number, step) in script.steps.iter().enumerate() {
        ids.set(step.recorded_at);
        let asked: Vec<Asked> = step.told.iter().map(|told| told.asked(&slots)).collect();
        permitted(&asked, &history, directory, step, stream, number)?;
        let correlation = ids.any();
        let mut context = Context {
            now: step.recorded_at,
            origin: step.voice.origin(),
            organisation: &step.voice.actor.organisation,
            user: step.voice.actor.user.as_deref(),
            reference,
            directory,
            ids: &mut ids,
        };
        let decision =
            decide_in_turn(&history, &asked, &mut context).map_err(|refusal| CountyError::Refused {
                stream: stream.id,
                step: number,
                refusal,
            })?;
        fill(&mut slots, step, &decision);
        let entry = Entry {
            stream,
            expected_version: history.version(),
            recorded_at: step.recorded_at,
            received_at: step.received_at,
            actor: step.voice.actor.clone(),
            origin: step.voice.origin(),
            source: step.source(),
            correlation,
            made_before: made_before(&decision, &history),
            drafts: decision.drafts,
        };
        history.learn(entry.recorded());
        entries.push(entry);
    }
    Ok(entries)
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

/// Asks the access rules, as the API would.
fn permitted(
    asked: &[Asked],
    history: &History,
    directory: &Directory,
    step: &Step,
    stream: StreamId,
    number: usize,
) -> Result<(), CountyError> {
    let actor = &step.voice.actor;
    let allowed = asked.iter().all(|one| {
        let role = actor.role;
        may_record(&one.command, history, directory, &actor.organisation, role) == Permission::Allowed
    });
    if allowed {
        Ok(())
    } else {
        Err(CountyError::NotPermitted {
            stream: stream.id,
            step: number,
        })
    }
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
