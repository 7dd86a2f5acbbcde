//! One person's story, told through decisions as services would tell it.
//!
//! Every step is asked of `decide` and recorded when it is accepted. A step is recorded on the day on which it
//! happened, unless an earlier step was recorded later or [`Story::recorded_on`] says so.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan, tz::TimeZone};
use std::sync::LazyLock;
use throughcare_domain::code::{AreaCode, Code, OrganisationCode, PrisonCode, ServiceCode};
use throughcare_domain::command::{
    AppointmentCommand, Asked, Command, Demographics, Direction, KitRead, Movement, NewAppointment,
    NewPlacement, NewReferral,
};
use throughcare_domain::continuity::{Reading, ReleaseCare, ReleaseFacts, assess};
use throughcare_domain::decide::{Context, Decision, Refusal, decide, decide_in_turn};
use throughcare_domain::directory::Directory;
use throughcare_domain::event::{Actor, Body, Envelope, Origin, RecordedEvent, Role};
use throughcare_domain::fact::{
    AppointmentFor, BatchRecalled, ExitProfile, Fact, OrganisationRegistered, ServiceKind, ServiceOpened,
};
use throughcare_domain::history::History;
use throughcare_domain::id::{
    AppointmentId, CountingIds, EpisodeId, EventId, IdSource, InterventionId, KitId, PersonId, RecallId,
    ReferralId,
};
use throughcare_domain::reference::ReferenceData;
use throughcare_domain::state::PersonState;
use throughcare_domain::stream::StreamId;
use throughcare_domain::when::Occurred;
use uuid::Uuid;

/// The community service for Sunderland.
pub const SUNDERLAND: &str = "sunderland-recovery";
/// The community service for South Tyneside.
pub const SOUTH_TYNESIDE: &str = "south-tyneside-recovery";
/// The treatment service in the prisons Moorland and Leeds.
pub const PRISON_CARE: &str = "prison-care";
/// The treatment service of Leeds alone.
pub const LEEDS_CARE: &str = "leeds-care";
/// The partnership that owns what no service owns.
pub const PARTNERSHIP: &str = "north-partnership";
/// Sunderland (A12B).
pub const SUNDERLAND_AREA: &str = "E08000024";
/// A batch of nyxoid that the partnership calls back on 1 April 2026.
pub const RECALLED: &str = "LOT-R9";
/// That recall.
pub const RECALL: RecallId = RecallId(Uuid::from_u128(0xCA11));
/// An organisation that works in none of the services.
pub const POLICE: &str = "north-police";

static REFERENCE: LazyLock<ReferenceData> = LazyLock::new(ReferenceData::bundled);
static DIRECTORY: LazyLock<Directory> = LazyLock::new(|| Directory::fold(&directory_events()));

/// What the organisations of the stories told.
pub fn directory_events() -> Vec<RecordedEvent> {
    let service = |code: &str, kind, areas: &[&str], prisons: &[&str]| {
        let fact = ServiceOpened {
            service: ServiceCode::parse(code).unwrap(),
            name: code.to_owned(),
            kind,
            areas: areas.iter().map(|area| AreaCode::parse(area).unwrap()).collect(),
            prisons: prisons
                .iter()
                .map(|prison| PrisonCode::parse(prison).unwrap())
                .collect(),
        };
        (code.to_owned(), Fact::from(fact))
    };
    let organisations = [
        SUNDERLAND,
        SOUTH_TYNESIDE,
        PRISON_CARE,
        LEEDS_CARE,
        PARTNERSHIP,
        POLICE,
    ]
    .map(|code| {
        let organisation = OrganisationCode::parse(code).unwrap();
        (
            code.to_owned(),
            Fact::from(OrganisationRegistered {
                organisation,
                name: code.to_owned(),
            }),
        )
    });
    let services = [
        service(SUNDERLAND, ServiceKind::Community, &[SUNDERLAND_AREA], &[]),
        service(SOUTH_TYNESIDE, ServiceKind::Community, &["E08000023"], &[]),
        service(PRISON_CARE, ServiceKind::Prison, &[], &["MDI", "LEI"]),
        service(LEEDS_CARE, ServiceKind::Prison, &[], &["LEI"]),
        service(PARTNERSHIP, ServiceKind::Partnership, &[], &[]),
    ];
    let recalled = Fact::from(BatchRecalled {
        recall: RECALL,
        product: code("nyxoid"),
        batch: code(RECALLED),
        reason: code("manufacturer"),
    });
    let mut ids = CountingIds::new(7);
    let mut events: Vec<RecordedEvent> = organisations
        .into_iter()
        .chain(services)
        .map(|(organisation, fact)| {
            let organisation = OrganisationCode::parse(&organisation).unwrap();
            let at = noon(day("2020-01-01"));
            event(
                ids.next_id().into(),
                on("2020-01-01"),
                at,
                1,
                Origin::Staff,
                organisation,
                fact,
            )
        })
        .collect();
    events.push(event(
        ids.next_id().into(),
        on("2026-04-01"),
        noon(day("2026-04-01")),
        2,
        Origin::Staff,
        OrganisationCode::parse(PARTNERSHIP).unwrap(),
        recalled,
    ));
    events
}

/// A civil day.
pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// Something known by its day.
pub fn on(text: &str) -> Occurred {
    Occurred::On(day(text))
}

/// Something known by its moment.
pub fn at(text: &str) -> Occurred {
    Occurred::At(text.parse().unwrap())
}

/// A code.
pub fn code(text: &str) -> Code {
    Code::parse(text).unwrap()
}

/// A service.
pub fn service(text: &str) -> ServiceCode {
    ServiceCode::parse(text).unwrap()
}

/// Twelve noon of a day.
pub fn noon(day: Date) -> Timestamp {
    day.at(12, 0, 0, 0).to_zoned(TimeZone::UTC).unwrap().timestamp()
}

/// The organisations and services of the stories.
pub fn directory() -> &'static Directory {
    &DIRECTORY
}

/// An event as the log would hold it.
pub fn event(
    id: EventId,
    occurred: Occurred,
    recorded_at: Timestamp,
    position: u64,
    origin: Origin,
    organisation: OrganisationCode,
    fact: Fact,
) -> RecordedEvent {
    RecordedEvent {
        envelope: Envelope {
            id,
            schema_version: 1,
            stream: StreamId::person(PersonId(Uuid::nil())),
            stream_version: u32::try_from(position).unwrap(),
            position,
            occurred,
            received_at: recorded_at,
            recorded_at,
            origin,
            actor: Actor {
                client: "test".into(),
                user: None,
                organisation,
                role: Role::Worker,
            },
            on_behalf_of: None,
            purpose: "direct_care".into(),
            correlation: Uuid::nil(),
            causation: None,
            source: None,
        },
        body: Body::Fact(fact),
        identity: None,
    }
}

/// A custody movement, in the words of the prison's system.
pub fn movement(movement_type: &str, reason: &str, direction: Direction, prison: &str) -> Movement {
    Movement {
        movement_type: code(movement_type),
        reason: code(reason),
        direction,
        prison: Some(PrisonCode::parse(prison).unwrap()),
        to_prison: None,
        area: None,
        no_fixed_abode: false,
        referral_on_release: None,
    }
}

/// A reception from liberty.
pub fn reception(prison: &str) -> Movement {
    movement("ADM", "N", Direction::In, prison)
}

/// A release with its reason, to Sunderland.
pub fn release(reason: &str, prison: &str) -> Movement {
    Movement {
        area: Some(AreaCode::parse(SUNDERLAND_AREA).unwrap()),
        ..movement("REL", reason, Direction::Out, prison)
    }
}

/// A transfer to another prison.
pub fn transfer(from: &str, to: &str) -> Movement {
    Movement {
        to_prison: Some(PrisonCode::parse(to).unwrap()),
        ..movement("TRN", "NOTR", Direction::Out, from)
    }
}

/// A kit that expires in 2028.
pub fn kit(batch: &str) -> KitRead {
    KitRead {
        product: code("nyxoid"),
        batch: code(batch),
        expires_on: day("2028-12-31"),
    }
}

/// One person's story.
#[derive(Clone)]
pub struct Story {
    /// What was recorded so far.
    pub history: History,
    ids: CountingIds,
    clock: Timestamp,
    last_intervention: Option<InterventionId>,
    /// Under which user name, and with which note, the next steps are recorded.
    pub signed: Option<(&'static str, &'static str)>,
}

impl Story {
    /// Nobody knows the person yet.
    pub fn untold() -> Self {
        Self {
            history: History::default(),
            ids: CountingIds::new(1),
            clock: noon(day("2000-01-01")),
            last_intervention: None,
            signed: None,
        }
    }

    /// An adult, registered on 1 January 2025.
    pub fn of_an_adult() -> Self {
        Self::of_somebody_born("1990-05-17")
    }

    /// Somebody registered on 1 January 2025.
    pub fn of_somebody_born(born: &str) -> Self {
        let mut story = Self::untold();
        let demographics = Demographics {
            date_of_birth: Some(day(born)),
            ..Default::default()
        };
        story.staff(
            "2025-01-01",
            Command::Register {
                demographics,
                identifiers: Vec::new(),
                residence: None,
            },
        );
        story
    }

    /// From here on, steps are recorded on that day at the earliest.
    pub fn recorded_on(&mut self, text: &str) -> &mut Self {
        self.clock = self.clock.max(noon(day(text)));
        self
    }

    /// The position of the last event in the log.
    pub fn position(&self) -> u64 {
        self.history
            .events()
            .last()
            .map_or(0, |event| event.envelope.position)
    }

    /// Asks, and records what was decided.
    pub fn ask(
        &mut self,
        origin: Origin,
        organisation: &str,
        occurred: Occurred,
        command: Command,
    ) -> Result<Decision, Refusal> {
        let spoken = match occurred {
            Occurred::On(day) => noon(day),
            Occurred::At(at) => at + 1.minute(),
        };
        let now = self.clock.max(spoken);
        let decision = self.ask_at(now, origin, organisation, occurred, command)?;
        self.clock = now;
        Ok(decision)
    }

    /// Would staff be allowed to enter these movements as one?
    pub fn whole_stay(&mut self, steps: [(&str, Movement); 2]) -> Result<Decision, Refusal> {
        let organisation = OrganisationCode::parse(PRISON_CARE).unwrap();
        let asked = steps.map(|(on_day, movement)| Asked {
            under: String::new(),
            occurred: on(on_day),
            note: None,
            command: Command::RecordMovement(movement),
        });
        let mut context = Context {
            now: self.clock,
            origin: Origin::Staff,
            organisation: &organisation,
            user: None,
            reference: &REFERENCE,
            directory: &DIRECTORY,
            ids: &mut self.ids,
        };
        decide_in_turn(&self.history, &asked, &mut context)
    }

    /// Asks at a moment, which may lie before what is told.
    pub fn ask_at(
        &mut self,
        now: Timestamp,
        origin: Origin,
        organisation: &str,
        occurred: Occurred,
        command: Command,
    ) -> Result<Decision, Refusal> {
        let organisation = OrganisationCode::parse(organisation).unwrap();
        let mut context = Context {
            now,
            origin,
            organisation: &organisation,
            user: self.signed.map(|(user, _)| user),
            reference: &REFERENCE,
            directory: &DIRECTORY,
            ids: &mut self.ids,
        };
        let asked = Asked {
            under: String::new(),
            occurred,
            note: self.signed.map(|(_, note)| note.to_owned()),
            command,
        };
        let decision = decide(&self.history, &asked, &mut context)?;
        self.record(&decision, now, origin, &organisation);
        Ok(decision)
    }

    /// Staff of an organisation record several things as one, now, and they are accepted.
    pub fn together(
        &mut self,
        organisation: &str,
        asked: impl IntoIterator<Item = (Occurred, Command)>,
    ) -> Decision {
        let organisation = OrganisationCode::parse(organisation).unwrap();
        let asked = asked.into_iter().map(|(occurred, command)| Asked {
            under: String::new(),
            occurred,
            note: None,
            command,
        });
        let mut context = Context {
            now: self.clock,
            origin: Origin::Staff,
            organisation: &organisation,
            user: None,
            reference: &REFERENCE,
            directory: &DIRECTORY,
            ids: &mut self.ids,
        };
        let asked: Vec<Asked> = asked.collect();
        let decision = decide_in_turn(&self.history, &asked, &mut context).unwrap_or_else(|r| panic!("{r}"));
        self.record(&decision, self.clock, Origin::Staff, &organisation);
        decision
    }

    fn record(
        &mut self,
        decision: &Decision,
        now: Timestamp,
        origin: Origin,
        organisation: &OrganisationCode,
    ) {
        for draft in &decision.drafts {
            let position = self.position() + 1;
            let fact = draft.fact.clone();
            if let Fact::InterventionStarted(started) = &fact {
                self.last_intervention = Some(started.intervention);
            }
            let mut recorded = event(
                draft.id,
                draft.occurred,
                now,
                position,
                origin,
                organisation.clone(),
                fact,
            );
            recorded.envelope.causation = draft.causation;
            recorded.envelope.correlation = decision.drafts[0].id.0;
            recorded.identity = draft.identity.clone();
            self.history.learn([recorded]);
        }
    }

    /// A member of staff of the prison's service records something that is accepted.
    pub fn staff(&mut self, on_day: &str, command: Command) -> Decision {
        self.staff_of(PRISON_CARE, on_day, command)
    }

    /// A member of staff of an organisation records something that is accepted.
    pub fn staff_of(&mut self, organisation: &str, on_day: &str, command: Command) -> Decision {
        self.ask(Origin::Staff, organisation, on(on_day), command)
            .unwrap_or_else(|refusal| panic!("{refusal}"))
    }

    /// The codes of the faults for which staff are refused; nothing is recorded.
    pub fn refused(&mut self, organisation: &str, on_day: &str, command: Command) -> Vec<&'static str> {
        let before = self.history.events().len();
        let refusal = self
            .ask(Origin::Staff, organisation, on(on_day), command)
            .expect_err("is refused");
        assert_eq!(self.history.events().len(), before, "a refusal records nothing");
        refusal.0.as_slice().iter().map(|fault| fault.code).collect()
    }

    /// A system sends something; the codes of what does not fit.
    pub fn machine(&mut self, occurred: Occurred, command: Command) -> Vec<&'static str> {
        let decision = self
            .ask(Origin::Machine, POLICE, occurred, command)
            .unwrap_or_else(|refusal| panic!("{refusal}"));
        decision.flags.iter().map(|flag| flag.code).collect()
    }

    /// Staff record a movement.
    pub fn moves(&mut self, on_day: &str, movement: Movement) -> &mut Self {
        self.staff(on_day, Command::RecordMovement(movement));
        self
    }

    /// A referral to a service, sent by the police.
    pub fn refer(&mut self, on_day: &str, to: &str) -> ReferralId {
        self.try_refer(on_day, to)
            .unwrap_or_else(|refusal| panic!("{refusal}"))
    }

    fn try_refer(&mut self, on_day: &str, to: &str) -> Result<ReferralId, Refusal> {
        let referral = NewReferral {
            source: code("arrest_referral"),
            to_service: service(to),
            from_service: None,
            transfer_of: None,
            substances: Vec::new(),
        };
        let decision = self.ask(Origin::Staff, POLICE, on(on_day), Command::Refer(referral))?;
        Ok(decision.created[0].into())
    }

    /// The service accepts the referral.
    pub fn accept(&mut self, on_day: &str, referral: ReferralId) -> &mut Self {
        self.staff(on_day, Command::AcceptReferral(referral));
        self
    }

    /// The service offers an appointment for the referral.
    pub fn offer(&mut self, on_day: &str, referral: ReferralId, starts_at: &str) -> AppointmentId {
        let offer = AppointmentCommand::Offer(NewAppointment {
            about: AppointmentFor::Referral(referral),
            intervention: None,
            starts_at: starts_at.parse().unwrap(),
            kind: code("triage"),
        });
        self.staff(on_day, Command::Appointment(offer)).created[0].into()
    }

    /// The service triages the person, who needs treatment.
    pub fn triage(&mut self, on_day: &str, referral: ReferralId) -> EpisodeId {
        let outcome = code("treatment_needed");
        let decision = self.staff(
            on_day,
            Command::Triage {
                referral,
                outcome,
                substances: Vec::new(),
            },
        );
        decision.created[0].into()
    }

    /// Referred, accepted and triaged by a service, all on one day.
    pub fn episode(&mut self, on_day: &str, with: &str) -> EpisodeId {
        let referral = self.refer(on_day, with);
        self.accept(on_day, referral).triage(on_day, referral)
    }

    /// Structured treatment starts.
    pub fn start(&mut self, on_day: &str, episode: EpisodeId) -> InterventionId {
        let command = Command::StartIntervention {
            episode,
            code: code("94"),
            setting: code("community"),
            within_care_plan: false,
        };
        self.staff(on_day, command);
        self.last_intervention.unwrap()
    }

    /// The person is seen.
    pub fn contact(&mut self, on_day: &str, episode: EpisodeId) -> &mut Self {
        self.staff(on_day, Command::RecordContact { episode });
        self
    }

    /// The episode ends, and with it what is open in it.
    pub fn exit(&mut self, on_day: &str, episode: EpisodeId, reason: &str) -> &mut Self {
        self.staff(on_day, exit(episode, reason, None));
        self
    }

    /// An adult in Moorland from 5 January 2026, treated there until 1 March 2026, when the episode ends with
    /// this reason and the person is released.
    pub fn released_on_1_march(prison_exit: &str) -> Self {
        let mut story = Self::of_an_adult();
        story.moves("2026-01-05", reception("MDI"));
        let episode = story.episode("2026-01-06", PRISON_CARE);
        story.exit("2026-03-01", episode, prison_exit);
        story.moves("2026-03-01", release("CR", "MDI"));
        story
    }

    /// What is true now.
    pub fn state(&self) -> PersonState {
        self.history.state(None, None)
    }

    /// The facts about every release.
    pub fn releases(&self) -> Vec<ReleaseFacts> {
        ReleaseFacts::all(&self.state(), &DIRECTORY)
    }

    /// Where the last release stands at the end of a day.
    pub fn care(&self, as_of: &str) -> ReleaseCare {
        assess(
            self.releases().last().expect("a release"),
            day(as_of),
            &Reading::default(),
        )
    }

    /// The kits on record.
    pub fn kits(&self) -> Vec<KitId> {
        self.state().kits.iter().map(|kit| kit.id).collect()
    }
}

/// Rehabilitation that Sunderland arranges and pays.
pub fn moved_in() -> Command {
    Command::StartPlacement(Box::new(NewPlacement {
        kind: code("residential"),
        service: service(SUNDERLAND),
        provider_service: None,
        provider: Some(code("voluntary_rehabilitation")),
        commissioner: None,
        commissioner_area: Some(AreaCode::parse(SUNDERLAND_AREA).unwrap()),
        planned_until: None,
    }))
}

/// Ends an episode, and what is open in it as planned.
pub fn exit(episode: EpisodeId, reason: &str, profile: Option<ExitProfile>) -> Command {
    Command::RecordExit {
        episode,
        reason: code(reason),
        intervention_exit: Some(code("A")),
        profile,
    }
}
