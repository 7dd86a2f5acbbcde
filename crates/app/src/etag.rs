//! Versions as callers see them: opaque, so that nobody learns from one how much history a person has.

use jiff::civil::Date;
use throughcare_domain::code::OrganisationCode;
use throughcare_domain::event::{Draft, Origin, Role};
use throughcare_domain::history::History;
use throughcare_domain::restricted::{Withheld, after_drug_tests, shown_of_drug_tests, treats, treats_after};
use throughcare_domain::state::{PersonState, Referral, RequiredAssessment};
use throughcare_domain::stream::StreamId;
use throughcare_domain::view::stages::stages;
use uuid::Uuid;

const NAMESPACE: Uuid = Uuid::from_u128(0x0e1c_62a5_7d4f_5b8a_a1f3_92c6_d8e4_0b37);

/// The entity tag of a stream at a version, without quotes.
pub(crate) fn of(stream: StreamId, version: u32) -> String {
    let mut name = stream.id.as_bytes().to_vec();
    name.extend_from_slice(&version.to_be_bytes());
    Uuid::new_v5(&NAMESPACE, &name).simple().to_string()
}

/// The entity tag of a record as a caller is shown it: what is withheld from the caller does not change it.
pub(crate) fn seen(
    stream: StreamId,
    history: &History,
    organisation: &OrganisationCode,
    role: Role,
) -> String {
    let withheld = Withheld::of(history, organisation, role);
    let tests = shown_of_drug_tests(history, withheld.as_ref());
    let hidden = withheld.map_or(0, |withheld| withheld.count());
    let all = treats(history.now(), organisation, role);
    of_part(
        stream,
        history,
        history.total().saturating_sub(hidden),
        all,
        tests,
    )
}

/// As [`seen`], after these events were added.
pub(crate) fn after(
    stream: StreamId,
    history: &History,
    drafts: &[Draft],
    origin: Origin,
    organisation: &OrganisationCode,
    role: Role,
) -> String {
    if let Some(after) = after_drug_tests(history, drafts, origin, organisation) {
        return seen(stream, &after, organisation, role);
    }
    let all = treats_after(history.now(), drafts, organisation, role);
    let hidden = match all {
        true => 0,
        false => Withheld::unless_treating(history, organisation).map_or(0, |withheld| withheld.count()),
    };
    let added = u32::try_from(drafts.len()).unwrap_or(u32::MAX);
    of_part(
        stream,
        history,
        history.total().saturating_add(added).saturating_sub(hidden),
        all,
        0,
    )
}

/// Who is shown restricted needs has tags of their own, whether there is one or not: otherwise the tag after the
/// last exit could be that of an earlier version. How many events of drug tests are shown tells views apart for the
/// same reason. Records that are joined count together, and which they are is part of the tag: parted and joined again
/// they have more events than before.
fn of_part(stream: StreamId, history: &History, version: u32, all: bool, tests: u32) -> String {
    let mut name = stream.id.as_bytes().to_vec();
    if history.is_joined() {
        for (one, _) in history.streams() {
            name.extend_from_slice(one.id.as_bytes());
        }
    }
    name.extend_from_slice(&version.to_be_bytes());
    name.push(u8::from(all));
    name.extend_from_slice(&tests.to_be_bytes());
    Uuid::new_v5(&NAMESPACE, &name).simple().to_string()
}

/// The entity tag of a required assessment and the one required with it: it changes with their states and days.
pub(crate) fn of_assessments(one: &RequiredAssessment, other: Option<&RequiredAssessment>) -> String {
    let mut name = Vec::new();
    for part in std::iter::once(one).chain(other) {
        name.extend_from_slice(part.id.0.as_bytes());
        name.extend_from_slice(part.status_since().by.0.as_bytes());
        name.extend_from_slice(format!("{} {:?}", part.status().as_str(), part.appointed_on).as_bytes());
    }
    Uuid::new_v5(&NAMESPACE, &name).simple().to_string()
}

/// The entity tag of a referral as its sender sees it: it changes with the referral's stages, and with those of the
/// one by which it was sent on, and with the appointments that the sender booked, so that it does not tell how busy the person's record is.
pub(crate) fn of_stages(
    state: &PersonState,
    referral: &Referral,
    sender: &OrganisationCode,
    today: Date,
) -> String {
    let mut name = referral.id.0.as_bytes().to_vec();
    name.extend_from_slice(referral.status().as_str().as_bytes());
    if let Some(onward) = state.sent_on_to(referral) {
        name.extend_from_slice(onward.id.0.as_bytes());
        name.extend_from_slice(onward.status().as_str().as_bytes());
    }
    for stage in stages(state, referral, sender, today) {
        name.extend_from_slice(stage.kind.as_str().as_bytes());
        name.extend_from_slice(stage.at.by.0.as_bytes());
    }
    for one in state.booked_by(sender, referral.id) {
        name.extend_from_slice(one.id.0.as_bytes());
        name.extend_from_slice(one.status().as_bytes());
        name.extend_from_slice(&one.starts_at.as_microsecond().to_le_bytes());
    }
    Uuid::new_v5(&NAMESPACE, &name).simple().to_string()
}
