//! What stands beside the pathway: residence, needs, tags, placement, police and courts, and the use of data.

use super::{Value, told};
use crate::state::{ConsentAnswer, PersonState};
use jiff::civil::Date;

pub(super) fn values(state: &PersonState, as_of: Date, values: &mut Vec<Value>) {
    residence(state, values);
    for need in state.open_needs() {
        values.push(Value::new(
            format!("/needs/{}", need.id.0),
            &need.code,
            [need.raised.by],
        ));
    }
    for tag in state.tags.iter().filter(|tag| tag.counts_on(as_of)) {
        values.push(Value::new(
            format!("/tags/{}", tag.id.0),
            &tag.code,
            [tag.added.by],
        ));
    }
    if let Some(placement) = state.placements.iter().rfind(|one| one.goes_on(as_of)) {
        let by = [placement.started.by];
        values.push(Value::new("/placement/kind", &placement.kind, by));
        values.push(Value::new("/placement/service", &placement.service, by));
    }
    justice(state, as_of, values);
    sharing(state, as_of, values);
    if let Some(died) = state.died {
        values.push(Value::new("/died", told(died), [died.by]));
    }
}

/// Where they live, in codes: what stands of it in the identity part is no value of a view.
fn residence(state: &PersonState, values: &mut Vec<Value>) {
    let Some(lives) = state.identity.residences.last() else {
        return;
    };
    let by = [lives.since.by];
    if let Some(area) = &lives.area {
        values.push(Value::new("/identity/residence/area", area, by));
    }
    values.push(Value::new(
        "/identity/residence/noFixedAbode",
        lives.no_fixed_abode,
        by,
    ));
}

fn justice(state: &PersonState, as_of: Date, values: &mut Vec<Value>) {
    let justice = &state.justice;
    for one in justice
        .bail
        .iter()
        .filter(|one| one.until.is_none_or(|until| as_of <= until))
    {
        values.push(Value::new(
            format!("/justice/bail/{}", one.at.by.0),
            &one.kind,
            [one.at.by],
        ));
    }
    for one in justice.requirements.iter().filter(|one| one.is_open_on(as_of)) {
        let name = format!("/justice/requirements/{}", one.id.0);
        values.push(Value::new(name, &one.kind, [one.imposed.by]));
    }
    for one in justice.resolutions.iter().filter(|one| one.concluded.is_none()) {
        let name = format!("/justice/outOfCourtResolutions/{}", one.id.0);
        values.push(Value::new(name, &one.kind, [one.at.by]));
    }
    for one in justice.cohorts.iter().filter(|one| one.goes_on(as_of)) {
        let name = format!("/justice/cohorts/{}", one.id.0);
        values.push(Value::new(name, &one.cohort, [one.joined.by]));
    }
    for one in &justice.assessments {
        let name = format!("/justice/requiredAssessments/{}", one.id.0);
        values.push(Value::new(name, one.status().as_str(), [one.status_since().by]));
    }
}

fn sharing(state: &PersonState, as_of: Date, values: &mut Vec<Value>) {
    let sharing = &state.sharing;
    for one in sharing.consents.iter().filter(|one| one.at.date() <= as_of) {
        // The last answer about each scope; what was said before it counts no longer.
        if sharing.consent(&one.scope, as_of) != Some(one) {
            continue;
        }
        let mut name = format!("/sharing/consents/{}", one.scope.code);
        if let Some(with) = &one.scope.with {
            name = format!("{name}/{with}");
        }
        let answer = match one.answer {
            ConsentAnswer::Given => "given",
            ConsentAnswer::Refused => "refused",
            ConsentAnswer::Withdrawn => "withdrawn",
        };
        values.push(Value::new(name, answer, [one.at.by]));
    }
    for one in sharing.objections.iter().filter(|one| one.stands_on(as_of)) {
        let name = format!("/sharing/objections/{}", one.id.0);
        values.push(Value::new(name, "stands", [one.made.by]));
    }
    for one in sharing.restrictions.iter().filter(|one| one.stands_on(as_of)) {
        let name = format!("/sharing/restrictions/{}", one.id.0);
        values.push(Value::new(name, "stands", [one.placed.by]));
    }
    for one in sharing
        .agreements
        .iter()
        .filter(|one| sharing.lasts_on(one, as_of))
    {
        let name = format!("/sharing/agreements/{}", one.id.0);
        let consent = sharing.consent_under(one).map(|consent| consent.at.by);
        let by = consent.into_iter().chain([one.applied.by]);
        values.push(Value::new(name, &one.with, by));
    }
}
