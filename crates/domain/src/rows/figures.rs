//! The things of which figures are made: journeys, referrals, waits for interventions.
//!
//! They are no list of work, but stand beside the lists, because they have to be known for any day in the same way.
//!
//! Source: `domain.md` section 3; `cases.md` E1 to E7, W1, W2.

mod justice;
mod passages;
mod profiles;
mod whom;

use super::{
    Absent, AwaitedRow, HarmRow, JourneyRow, KitSuppliedRow, ReferralMadeRow, Row, RowDetail, RowKind, Spell,
    SpellEnd, SpellHolder, area_on, is_treatment_naive,
};
use crate::code::{Code, OrganisationCode, ServiceCode};
use crate::directory::Directory;
use crate::harm::known_then;
use crate::journey::{Journey, journeys};
use crate::reference::{ReferenceData, SubstanceGroup, is_structured};
use crate::state::{Conclusion, Episode, PersonState, Referral};
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::sync::LazyLock;
use uuid::Uuid;
pub(crate) use whom::whom_on;
use whom::whom_while;

/// What an intervention is that was asked for and never began, nobody stored; national codes keep their meaning.
static BUNDLED: LazyLock<ReferenceData> = LazyLock::new(ReferenceData::bundled);

pub(super) fn rows(state: &PersonState, directory: &Directory, rows: &mut Vec<Row>) {
    kits(state, directory, rows);
    harm(state, rows);
    let journeys = journeys(&state.episodes);
    for (index, journey) in journeys.iter().enumerate() {
        let next = journeys.get(index + 1).and_then(Journey::began);
        of_journey(state, journey, next, rows);
        awaited(state, journey, rows);
    }
    referrals(state, rows);
    profiles::rows(state, rows);
    justice::rows(state, rows);
    passages::rows(state, directory, rows);
}

fn substances<'a>(referrals: impl IntoIterator<Item = &'a Referral>) -> SubstanceGroup {
    SubstanceGroup::of(
        referrals
            .into_iter()
            .flat_map(|referral| referral.substances.iter().chain(&referral.found)),
    )
}

fn referral_of<'a>(state: &'a PersonState, episode: &Episode) -> Option<&'a Referral> {
    episode.referral.and_then(|id| state.referral(id))
}

/// One line for each service that has an episode of it; the primary one is that of the first that treats in the
/// community, so that an area counts it once.
fn of_journey(state: &PersonState, journey: &Journey<'_>, next: Option<Date>, rows: &mut Vec<Row>) {
    let (Some(first), Some(began)) = (journey.episodes.first(), journey.began()) else {
        return;
    };
    let the_day_before = began.yesterday().unwrap_or(Date::MIN);
    let facts = JourneyRow {
        whom: whom_while(state, began, journey.ended()),
        source: referral_of(state, first).map(|referral| referral.source.clone()),
        substances: substances(journey.episodes.iter().filter_map(|one| referral_of(state, one))),
        treatment_naive: is_treatment_naive(state, the_day_before),
        spells: journey
            .episodes
            .iter()
            .map(|episode| spell(state, episode))
            .collect(),
        next_began_on: next,
    };
    let owner = journey
        .episodes
        .iter()
        .find(|episode| episode.kind.treats_in_community())
        .unwrap_or(first);
    let mut told = BTreeSet::new();
    let holders: Vec<_> = facts
        .spells
        .iter()
        .flat_map(|spell| spell.holders.clone())
        .collect();
    for holder in holders {
        if !told.insert(holder.service.clone()) {
            continue;
        }
        rows.push(Row {
            kind: RowKind::Journey,
            id: first.id.0,
            primary: holder.service == owner.service,
            service: Some(holder.service),
            organisation: Some(holder.organisation),
            prison: None,
            area: area_on(state, began),
            opened_on: began,
            closed_on: journey.ended().and_then(|ended| ended.tomorrow().ok()),
            detail: RowDetail::Journey(Box::new(facts.clone())),
        });
    }
}

fn spell(state: &PersonState, episode: &Episode) -> Spell {
    let mut holders = vec![SpellHolder {
        service: episode.service.clone(),
        organisation: episode.organisation.clone(),
        from: episode.opened.date(),
    }];
    let mut changes: Vec<_> = state.provider_changes.iter().collect();
    changes.sort_by_key(|change| change.at.date());
    for change in changes {
        let on = change.at.date();
        let is_open = episode.exit.as_ref().is_none_or(|exit| exit.at.date() > on);
        if is_open
            && holders
                .last()
                .is_some_and(|last| last.service == change.from_service)
        {
            holders.push(SpellHolder {
                service: change.to_service.clone(),
                organisation: change.to_organisation.clone(),
                from: on.max(episode.opened.date()),
            });
        }
    }
    Spell {
        kind: episode.kind,
        holders,
        opened_on: episode.opened.date(),
        structured_on: episode.first_structured_start().map(|at| at.date()),
        exit: episode.exit.as_ref().map(|exit| SpellEnd {
            on: exit.at.date(),
            reason: exit.reason.clone(),
            outcome: exit.outcome,
        }),
    }
}

/// One line for each referral that was not sent on: with it the wait of the first one goes on.
fn referrals(state: &PersonState, rows: &mut Vec<Row>) {
    for referral in state.referrals.iter().filter(|one| one.sent_on.is_none()) {
        let referred_on = referral.first_received.date();
        let episode = state
            .episodes
            .iter()
            .find(|one| one.referral == Some(referral.id));
        let triaged = referral.triaged.as_ref().map(|(at, _)| at.date());
        rows.push(Row {
            kind: RowKind::ReferralMade,
            id: referral.id.0,
            service: Some(referral.to_service.clone()),
            organisation: Some(referral.to_organisation.clone()),
            prison: None,
            area: area_on(state, referred_on),
            opened_on: referred_on,
            closed_on: None,
            primary: true,
            detail: RowDetail::Made(Box::new(ReferralMadeRow {
                whom: whom_on(state, referred_on),
                source: referral.source.clone(),
                substances: substances([referral]),
                referred_on,
                accepted_on: referral.accepted.map(|at| at.date()),
                triaged_on: triaged.or(episode.map(|one| one.opened.date())),
                closed_on: referral.closed().map(|at| at.date()),
                structured_on: episode
                    .and_then(Episode::first_structured_start)
                    .map(|at| at.date()),
                in_treatment_already: state.episodes.iter().any(|one| treats_on(one, referred_on)),
                received_on: Some(referral.received.date()),
            })),
        });
    }
}

/// In structured treatment in the community on a day: begun before it, and not ended by it.
fn treats_on(episode: &Episode, day: Date) -> bool {
    episode.kind.treats_in_community()
        && episode
            .first_structured_start()
            .is_some_and(|start| start.date() < day)
        && episode.exit.as_ref().is_none_or(|exit| exit.at.date() > day)
}

/// One line for each structured intervention to which the person was referred.
fn awaited(state: &PersonState, journey: &Journey<'_>, rows: &mut Vec<Row>) {
    let asked = journey.episodes.iter().flat_map(|episode| {
        let structured = episode.referred.iter().filter(|one| structured(&one.code));
        structured.map(move |one| (episode, one))
    });
    let first = asked.clone().map(|(_, one)| (one.referred.date(), one.id)).min();
    for (episode, one) in asked {
        let referred_on = one.referred.date();
        rows.push(Row {
            kind: RowKind::InterventionAwaited,
            id: one.id.0,
            service: Some(episode.service.clone()),
            organisation: Some(episode.organisation.clone()),
            prison: None,
            area: area_on(state, referred_on),
            opened_on: referred_on,
            closed_on: None,
            primary: true,
            detail: RowDetail::Awaited(Box::new(AwaitedRow {
                whom: whom_on(state, referred_on),
                substances: substances(referral_of(state, episode)),
                episode: episode.id.0,
                intervention: one.code.clone(),
                first: first == Some((referred_on, one.id)),
                referred_on,
                offered_on: one.first_offered.map(|(at, _)| at.date()),
                offered_for: one.first_offered.map(|(_, day)| day),
                started_on: one.started.map(|at| at.date()),
            })),
        });
    }
}

fn structured(code: &Code) -> bool {
    is_structured(&BUNDLED, code.as_str(), false)
}

/// One line for each kit that reached the person: of the service that gave it.
fn kits(state: &PersonState, directory: &Directory, rows: &mut Vec<Row>) {
    for kit in &state.kits {
        let Some(supplied) = kit.supplied else { continue };
        let supplied_on = supplied.date();
        rows.push(Row {
            kind: RowKind::KitSupplied,
            id: kit.id.0,
            service: Some(kit.service.clone()),
            organisation: directory
                .service(&kit.service)
                .map(|service| service.organisation.clone()),
            prison: kit.in_property.as_ref().map(|(prison, _)| prison.clone()),
            area: area_on(state, supplied_on),
            opened_on: supplied_on,
            closed_on: None,
            primary: true,
            detail: RowDetail::Supplied(Box::new(KitSuppliedRow {
                whom: whom_on(state, supplied_on),
                product: kit.pack.product.clone(),
                at_release: kit.in_property.is_some(),
                used_on: kit.used.as_ref().map(|used| used.at.date()),
                outcome: kit.used.as_ref().map(|used| used.outcome.clone()),
                gone_on: kit.gone().map(|gone| gone.since.date()),
                expires_on: kit.pack.expires_on,
                absences: kit
                    .absences
                    .iter()
                    .map(|one| Absent {
                        from: one.since.date(),
                        until: one.returned.map(|at| at.date()),
                    })
                    .collect(),
                replaced_on: state
                    .kits
                    .iter()
                    .filter(|other| other.replaces == Some(kit.id))
                    .filter_map(|other| other.supplied.map(|at| at.date()))
                    .min(),
            })),
        });
    }
}

/// One line for everybody, and one for each service that had the person in treatment on that day. A service learns of its
/// own people alone.
fn harm(state: &PersonState, rows: &mut Vec<Row>) {
    for overdose in &state.overdoses {
        let facts = HarmRow {
            naloxone_given: overdose.naloxone_given,
            ..harm_on(state, overdose.at.date())
        };
        harmed(
            state,
            RowKind::OverdoseTold,
            overdose.id.0,
            overdose.at.date(),
            &facts,
            rows,
        );
    }
    for death in &state.deaths {
        let concluded = death.concluded.as_ref();
        let related = |one: &&Conclusion| one.drug_related || one.alcohol_related;
        let facts = HarmRow {
            confirmed_on: death.confirmed.as_ref().map(|(at, _)| at.date()),
            related_on: concluded.filter(related).map(|one| one.at.date()),
            unrelated_on: concluded.filter(|one| !related(one)).map(|one| one.at.date()),
            rejected_on: death.rejected.as_ref().map(|(at, _)| at.date()),
            ..harm_on(state, death.at.date())
        };
        harmed(
            state,
            RowKind::DeathTold,
            death.id.0,
            death.at.date(),
            &facts,
            rows,
        );
    }
}

fn harm_on(state: &PersonState, day: Date) -> HarmRow {
    let known = known_then(state, day);
    HarmRow {
        whom: whom_on(state, day),
        known: known.treatment.as_str().to_owned(),
        after_release: known.after_release,
        after_treatment: known.after_treatment,
        naloxone_given: None,
        confirmed_on: None,
        related_on: None,
        unrelated_on: None,
        rejected_on: None,
    }
}

fn harmed(state: &PersonState, kind: RowKind, id: Uuid, day: Date, facts: &HarmRow, rows: &mut Vec<Row>) {
    let line = |whose: Option<(&ServiceCode, &OrganisationCode)>| Row {
        kind,
        id,
        service: whose.map(|(service, _)| service.clone()),
        organisation: whose.map(|(_, organisation)| organisation.clone()),
        prison: None,
        area: area_on(state, day),
        opened_on: day,
        closed_on: None,
        primary: whose.is_none(),
        detail: RowDetail::Harm(Box::new(facts.clone())),
    };
    rows.push(line(None));
    let treating = state
        .episodes
        .iter()
        .filter(|one| one.opened.date() <= day && one.exit.as_ref().is_none_or(|exit| exit.at.date() >= day));
    for episode in treating {
        rows.push(line(Some((&episode.service, &episode.organisation))));
    }
}
