//! What a person is prescribed: today, and on the day on which prison received them.
//!
//! Source: `design.md` ("Continuity": reverse, at reception, what was the person prescribed).

use crate::code::{Code, OrganisationCode, ServiceCode};
use crate::fact::ServiceKind;
use crate::id::{EpisodeId, EventId};
use crate::prescribing::{Prescription, Source, prescriptions};
use crate::state::PersonState;
use jiff::civil::Date;
use uuid::Uuid;

/// One prescription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrescriptionLine {
    /// The intervention, or the event of a bridge or of treatment that went on after a hold.
    pub id: Uuid,
    /// In which episode.
    pub episode: EpisodeId,
    /// By which service.
    pub service: ServiceCode,
    /// Its organisation.
    pub organisation: OrganisationCode,
    /// True for a prescription made out until the next service takes over.
    pub bridge: bool,
    /// Code of `interventions` or, of a bridge, of `bridging-medicines`.
    pub code: Code,
    /// The first day.
    pub from: Date,
    /// The first day on which it is over; `None` while nothing ended it.
    pub over: Option<Date>,
    /// The event with which it begins.
    pub begun_by: EventId,
}

/// What a person is prescribed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prescribed {
    /// On the day asked about.
    pub today: Vec<PrescriptionLine>,
    /// The day of the present reception, and what was prescribed outside then; `None` for somebody not in custody.
    pub at_reception: Option<(Date, Vec<PrescriptionLine>)>,
}

impl Prescribed {
    /// What a person is prescribed at the end of a day, from a state that holds what was true and known.
    pub fn of(state: &PersonState, as_of: Date) -> Self {
        let all = prescriptions(state);
        let lines = |runs: &dyn Fn(&Prescription<'_>) -> bool| -> Vec<PrescriptionLine> {
            all.iter().filter(|one| runs(one)).map(line).collect()
        };
        let at_reception = state.custody.open_spell().map(|spell| {
            let received_on = spell.began.date();
            // What ended on that day ended by the reception, mostly; what prison began on it is not what was before.
            let then = |one: &Prescription<'_>| {
                let before = one.from < received_on
                    || (one.from == received_on && one.episode.kind != ServiceKind::Prison);
                before && one.over.is_none_or(|over| received_on <= over)
            };
            (received_on, lines(&then))
        });
        Self {
            today: lines(&|one| one.runs_on(as_of)),
            at_reception,
        }
    }
}

fn line(one: &Prescription<'_>) -> PrescriptionLine {
    PrescriptionLine {
        id: one.id,
        episode: one.episode.id,
        service: one.episode.service.clone(),
        organisation: one.episode.organisation.clone(),
        bridge: matches!(one.source, Source::Bridge(_)),
        code: one.code().clone(),
        from: one.from,
        over: one.over,
        begun_by: one.begun_by,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::story::*;

    fn codes(lines: &[PrescriptionLine]) -> Vec<String> {
        lines
            .iter()
            .map(|line| format!("{} {}", line.service, line.code))
            .collect()
    }

    #[test]
    fn at_reception_prison_sees_what_was_prescribed_outside() {
        let story = Story::new()
            .on("2026-01-05", opened(1, "northshire-community"))
            .on("2026-01-06", started(1, 1, "94"))
            .on("2026-01-06", started(1, 2, "95"))
            .on("2026-02-10", received("MDI"))
            .on("2026-02-10", ended(1, 1))
            .on("2026-02-10", opened(2, "moorland-health"))
            .on("2026-02-10", started(2, 3, "94"));
        let shown = Prescribed::of(&story.state(), day("2026-02-12"));
        assert_eq!(codes(&shown.today), ["moorland-health 94"]);
        let (received_on, before) = shown.at_reception.unwrap();
        assert_eq!(received_on, day("2026-02-10"));
        assert_eq!(codes(&before), ["northshire-community 94"]);
    }

    #[test]
    fn a_bridge_is_prescribed_for_its_days() {
        let story = Story::new()
            .on("2026-02-01", opened(1, "moorland-health"))
            .on("2026-02-20", bridged(1, None, "2026-03-01", "2026-03-14"));
        let on = |text| codes(&Prescribed::of(&story.state(), day(text)).today);
        assert!(on("2026-02-28").is_empty() && on("2026-03-15").is_empty());
        assert_eq!(on("2026-03-01"), ["moorland-health methadone"]);
        assert_eq!(on("2026-03-14"), ["moorland-health methadone"]);
    }

    #[test]
    fn somebody_at_liberty_was_not_received() {
        let story = Story::new()
            .on("2026-01-05", opened(1, "northshire-community"))
            .on("2026-01-06", started(1, 1, "94"));
        assert_eq!(
            Prescribed::of(&story.state(), day("2026-02-12")).at_reception,
            None
        );
    }
}
