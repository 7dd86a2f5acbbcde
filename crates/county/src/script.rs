//! A script: what is recorded about one person, step by step, before any of it is decided.
//!
//! Steps are written story by story and told in order of recording. What a step creates (a referral, an
//! episode, a kit) gets its id only when it is told, so that steps name such things by [`Slot`]. A step is
//! recorded after every step that touched one of its slots before.

use crate::dice::Dice;
use crate::places::{LEFT, TAKES_OVER, service};
use crate::plan::start_of;
use crate::rates;
use crate::voice::Voice;
use jiff::{SignedDuration, Timestamp, civil::Date};
use throughcare_domain::code::ServiceCode;
use throughcare_domain::command::Command;
use throughcare_domain::id::RecallId;
use throughcare_domain::when::Occurred;
use uuid::Uuid;

/// Something that gets its id when it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot(usize);

/// The ids so far.
#[derive(Default)]
pub(crate) struct Slots {
    made: Vec<Uuid>,
    /// The batch that is called back.
    pub(crate) recall: Option<RecallId>,
    /// The service whose contract moves has handed over.
    pub(crate) handed_over: bool,
}

impl Slots {
    /// The id; nil, which the rules refuse, for one that was not told yet.
    pub(crate) fn id<T: From<Uuid>>(&self, slot: Slot) -> T {
        self.made.get(slot.0).copied().unwrap_or_default().into()
    }

    /// The code of a service, or of the one that has taken over from it.
    pub(crate) fn provider(&self, code: &'static str) -> &'static str {
        if self.handed_over && code == LEFT {
            TAKES_OVER.code
        } else {
            code
        }
    }

    /// A service, or the one that has taken over from it.
    pub(crate) fn service(&self, code: &'static str) -> ServiceCode {
        service(self.provider(code))
    }

    pub(crate) fn set(&mut self, slot: Slot, id: Uuid) {
        if self.made.len() <= slot.0 {
            self.made.resize(slot.0 + 1, Uuid::nil());
        }
        self.made[slot.0] = id;
    }
}

/// A command, once the ids it names are known.
pub(crate) type Asks = Box<dyn Fn(&Slots) -> Command>;

/// One thing told.
pub(crate) struct Told {
    pub(crate) occurred: Occurred,
    pub(crate) asks: Asks,
}

impl Told {
    pub(crate) fn on(day: Date, asks: impl Fn(&Slots) -> Command + 'static) -> Self {
        Self::when(Occurred::On(day), asks)
    }

    pub(crate) fn when(occurred: Occurred, asks: impl Fn(&Slots) -> Command + 'static) -> Self {
        Self {
            occurred,
            asks: Box::new(asks),
        }
    }
}

/// One request.
pub(crate) struct Step {
    pub(crate) recorded_at: Timestamp,
    pub(crate) received_at: Timestamp,
    pub(crate) voice: Voice,
    pub(crate) reference: Option<String>,
    pub(crate) told: Vec<Told>,
    /// What it creates, in order.
    pub(crate) creates: Vec<Slot>,
}

/// The script of one person.
#[derive(Default)]
pub(crate) struct Script {
    pub(crate) person: u32,
    pub(crate) steps: Vec<Step>,
    /// When each slot was last touched.
    touched: Vec<Timestamp>,
    /// When the person was registered.
    pub(crate) registered_at: Option<Timestamp>,
    references: u32,
    /// Everything is recorded at once, and once.
    pub(crate) punctual: bool,
}

impl Script {
    pub(crate) fn of(person: u32) -> Self {
        Self {
            person,
            ..Self::default()
        }
    }

    pub(crate) fn slot(&mut self) -> Slot {
        self.touched.push(Timestamp::MIN);
        Slot(self.touched.len() - 1)
    }

    /// A slot for what may be told from when another was touched last.
    pub(crate) fn slot_after(&mut self, other: Slot) -> Slot {
        let slot = self.slot();
        self.touched[slot.0] = self.touched[other.0];
        slot
    }

    /// What is told of the one comes after what was told of the other.
    pub(crate) fn waits_for(&mut self, slot: Slot, other: Slot) {
        self.touched[slot.0] = self.touched[slot.0].max(self.touched[other.0]);
    }

    /// Typed by staff: on the day or within a few, now and then weeks later.
    pub(crate) fn typed(
        &mut self,
        dice: &mut Dice,
        voice: Voice,
        day: Date,
        touches: &[Slot],
        creates: &[Slot],
        told: Vec<Told>,
    ) -> Timestamp {
        let days = match dice.number(0..=199) {
            _ if self.punctual => 0,
            0..=149 => 0,
            150..=184 => 1,
            185..=198 => dice.number(2..=5),
            _ => dice.number(6..=25),
        };
        let at = working_hours(dice, day) + SignedDuration::from_hours(24 * i64::from(days));
        self.push(dice, at, at, voice, touches, creates, told)
    }

    /// Sent by a system, within minutes.
    pub(crate) fn sent(
        &mut self,
        dice: &mut Dice,
        voice: Voice,
        day: Date,
        touches: &[Slot],
        creates: &[Slot],
        told: Vec<Told>,
    ) -> Timestamp {
        let at = working_hours(dice, day);
        self.push(dice, at, at, voice, touches, creates, told)
    }

    /// A movement message: within the hour, or days late; now and then twice. One about somebody whom nobody
    /// has registered yet waits until they are.
    pub(crate) fn message(
        &mut self,
        dice: &mut Dice,
        at: Timestamp,
        creates: &[Slot],
        told: impl Fn() -> Told,
    ) {
        let delay = if !self.punctual && dice.percent(rates::LATE_MESSAGES) {
            SignedDuration::from_hours(i64::from(dice.number(24..=5 * 24)))
        } else {
            SignedDuration::from_mins(i64::from(dice.number(2..=55)))
        };
        let received = at + delay;
        let recorded = self.push(
            dice,
            received,
            received,
            Voice::prison_feed(),
            &[],
            creates,
            vec![told()],
        );
        if !self.punctual && dice.percent(rates::DOUBLE_MESSAGES) {
            let again = recorded + SignedDuration::from_mins(i64::from(dice.number(5..=4_000)));
            self.push(dice, again, again, Voice::prison_feed(), &[], &[], vec![told()]);
        }
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "private: the three ways of telling name them all"
    )]
    fn push(
        &mut self,
        dice: &mut Dice,
        received_at: Timestamp,
        at: Timestamp,
        voice: Voice,
        touches: &[Slot],
        creates: &[Slot],
        told: Vec<Told>,
    ) -> Timestamp {
        let pause = SignedDuration::from_secs(i64::from(dice.number(40..=900)));
        let before = touches
            .iter()
            .map(|slot| self.touched[slot.0])
            .chain(self.registered_at);
        let recorded_at = before
            .filter(|known| *known > Timestamp::MIN)
            .map(|known| known + pause)
            .fold(at, Timestamp::max);
        for slot in touches.iter().chain(creates) {
            self.touched[slot.0] = recorded_at;
        }
        let reference = voice.system.map(|_| {
            self.references += 1;
            format!("{:06}-{:03}", self.person, self.references)
        });
        // Staff enter what they enter: it arrives when it is recorded.
        let received_at = if voice.system.is_some() {
            received_at
        } else {
            recorded_at
        };
        self.steps.push(Step {
            recorded_at,
            received_at,
            voice,
            reference,
            told,
            creates: creates.to_vec(),
        });
        recorded_at
    }
}

/// A moment of a working day.
pub(crate) fn working_hours(dice: &mut Dice, day: Date) -> Timestamp {
    at_hours(dice, day, 9, 17)
}

/// A moment of a day between two hours.
pub(crate) fn at_hours(dice: &mut Dice, day: Date, from: i32, to: i32) -> Timestamp {
    let seconds = i64::from(dice.number(from * 3_600..=to * 3_600));
    start_of(day) + SignedDuration::from_secs(seconds)
}
