//! The other gates: met in police custody or at court, and received into prison.
//!
//! Source: `domain.md` section 2 (the same pattern as after release).

use super::{treats_on, whom_on};
use crate::code::{OrganisationCode, PrisonCode, ServiceCode};
use crate::directory::Directory;
use crate::fact::ServiceKind;
use crate::rows::{PassageRow, PassageTo, Row, RowDetail, RowKind, area_on};
use crate::state::{Episode, PersonState};
use jiff::civil::Date;
use uuid::Uuid;

/// Codes of `liaison-outcomes`: the person was to be taken on.
const TO_BE_TAKEN_ON: [&str; 2] = ["referred", "supported"];

/// Whose line a passage is.
#[derive(Default)]
struct Whose {
    service: Option<ServiceCode>,
    organisation: Option<OrganisationCode>,
    prison: Option<PrisonCode>,
}

pub(super) fn rows(state: &PersonState, directory: &Directory, rows: &mut Vec<Row>) {
    for contact in &state.justice.contacts {
        let to = match contact.place.as_str() {
            "police_custody" | "voluntary_attendance" => PassageTo::FromPoliceCustody,
            "court" => PassageTo::FromCourt,
            _ => continue,
        };
        if !TO_BE_TAKEN_ON.contains(&contact.outcome.as_str()) {
            continue;
        }
        let on = contact.at.date();
        let started = state
            .episodes
            .iter()
            .filter(|one| one.kind.treats_in_community())
            .filter_map(|one| one.first_structured_start().map(|at| at.date()))
            .filter(|start| *start >= on)
            .min();
        let whose = Whose {
            organisation: Some(contact.organisation.clone()),
            ..Whose::default()
        };
        rows.push(line(state, to, contact.at.by.0, on, started, whose));
    }
    for spell in &state.custody.spells {
        let on = spell.began.date();
        let in_prison = |one: &&Episode| one.kind == ServiceKind::Prison && one.opened.date() >= on;
        // After the way out of this spell the next one begins.
        let before_the_end =
            |one: &&Episode| spell.ended.is_none_or(|ended| one.opened.date() <= ended.date());
        let first = state
            .episodes
            .iter()
            .filter(in_prison)
            .filter(before_the_end)
            .min_by_key(|one| (one.opened.date(), one.id));
        let prison = spell.prisons.first().map(|(prison, _)| prison.clone());
        // Whose it is to take up treatment, whether it did or not.
        let responsible = directory.services().find(|service| {
            service.kind == ServiceKind::Prison
                && service.works_on(on)
                && prison
                    .as_ref()
                    .is_some_and(|prison| service.prisons.contains(prison))
        });
        let whose = Whose {
            service: responsible.map(|service| service.code.clone()),
            organisation: responsible.map(|service| service.organisation.clone()),
            prison,
        };
        let taken_up = first.map(|one| one.opened.date());
        rows.push(line(
            state,
            PassageTo::Prison,
            spell.began.by.0,
            on,
            taken_up,
            whose,
        ));
    }
}

fn line(
    state: &PersonState,
    to: PassageTo,
    id: Uuid,
    on: Date,
    taken_up_on: Option<Date>,
    whose: Whose,
) -> Row {
    Row {
        kind: RowKind::Passage,
        id,
        service: whose.service,
        organisation: whose.organisation,
        prison: whose.prison,
        area: area_on(state, on),
        opened_on: on,
        closed_on: None,
        primary: true,
        detail: RowDetail::Passage(Box::new(PassageRow {
            whom: whom_on(state, on),
            to,
            in_treatment: state.episodes.iter().any(|one| treats_on(one, on)),
            taken_up_on,
        })),
    }
}
