//! The true answers, booked from scripts.

use super::days::{QUARTERS, bounds, months_after, quarter_of};
use super::places::{AREAS, PRISON_SERVICE, SERVICES};
use super::script::{Harm, Journey, Kit, Life, Verdict};
use std::collections::BTreeMap;

/// The indicators whose answers are booked, by their names.
pub const INDICATORS: [&str; 31] = [
    "in_treatment",
    "new_presentations",
    "treatment_naive",
    "effective_treatment",
    "successful_completions",
    "unplanned_exits",
    "early_unplanned_exits",
    "lost_transfers",
    "representations",
    "contradicting_ends",
    "triaged_in_six_weeks",
    "arrest_referrals_triaged_in_six_weeks",
    "treatment_after_arrest_referral",
    "already_in_treatment_at_referral",
    "offered_in_three_weeks",
    "waited_over_six_weeks",
    "subsequent_offered_in_three_weeks",
    "continuity_national",
    "continuity_local",
    "naloxone_supplied",
    "naloxone_supplied_at_release",
    "naloxone_used",
    "naloxone_uses_survived",
    "naloxone_in_hand_at_release",
    "overdoses",
    "overdoses_known",
    "deaths",
    "deaths_related",
    "deaths_not_known",
    "deaths_after_release",
    "deaths_after_treatment",
];

/// Those of which the scripts tell nothing yet: cases and laws hold them, this county does not.
pub const NOT_BOOKED: [&str; 33] = [
    "young_people_in_treatment",
    "young_people_planned_exits",
    "young_people_representations",
    "young_people_transitions",
    "triaged_in_six_weeks_of_receipt",
    "treated_in_20_working_days",
    "referrals_with_invalid_dates",
    "waits_with_invalid_dates",
    "waiting_list",
    "waiting_list_over_six_weeks",
    "start_profiles_done",
    "review_profiles_done",
    "exit_profiles_done",
    "profiles_without_review",
    "profile_exceptions",
    "tests_on_arrest",
    "tests_positive",
    "tests_positive_cocaine",
    "tests_positive_cocaine_alone",
    "tests_positive_opiates",
    "tests_positive_opiates_alone",
    "tests_positive_cocaine_and_opiates",
    "required_assessments_imposed",
    "required_assessments_attended",
    "follow_ups_not_needed",
    "requirements_completed",
    "conditions_met",
    "continuity_police_custody",
    "continuity_court",
    "continuity_into_prison",
    "naloxone_held",
    "naloxone_expired",
    "naloxone_used_replaced",
];

/// Of whom an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Everybody.
    All,
    /// An area, by its place.
    Area(usize),
    /// A service, by its place. Releases are booked for no service: on whose list one stands is no part of the script.
    Service(usize),
}

impl Scope {
    /// Every one.
    pub fn all() -> Vec<Self> {
        let areas = (0..AREAS.len()).map(Self::Area);
        let services = (0..SERVICES.len()).map(Self::Service);
        std::iter::once(Self::All).chain(areas).chain(services).collect()
    }
}

/// An answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Of these the answer is yes.
    pub yes: u32,
    /// Of these it is asked.
    pub asked: u32,
}

/// The answers of a county.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Books {
    answers: BTreeMap<(&'static str, u8, Scope), Tally>,
}

/// Days from the first structured start from which treatment counts as effective, and an exit as not early.
const TWELVE_WEEKS: i32 = 84;

impl Books {
    /// An answer.
    pub fn answer(&self, indicator: &str, quarter: u8, scope: Scope) -> Tally {
        let name = INDICATORS.into_iter().find(|name| *name == indicator);
        name.and_then(|name| self.answers.get(&(name, quarter, scope)))
            .copied()
            .unwrap_or_default()
    }

    /// Every answer that is not nothing.
    pub fn answers(&self) -> impl Iterator<Item = (&'static str, u8, Scope, Tally)> {
        self.answers
            .iter()
            .map(|((name, quarter, scope), tally)| (*name, *quarter, *scope, *tally))
    }

    /// Adds what was booked for others.
    pub fn add(&mut self, others: &Self) {
        for (key, tally) in &others.answers {
            let mine = self.answers.entry(*key).or_default();
            mine.yes += tally.yes;
            mine.asked += tally.asked;
        }
    }

    fn put(&mut self, indicator: &'static str, quarter: u8, scope: Scope, yes: bool) {
        let tally = self.answers.entry((indicator, quarter, scope)).or_default();
        tally.asked += 1;
        tally.yes += u32::from(yes);
    }

    /// Books something that happened on a day, for all to whom it belongs.
    fn on(&mut self, indicator: &'static str, day: i32, scopes: &[Scope], yes: bool) {
        if let Some(quarter) = quarter_of(day) {
            for scope in scopes {
                self.put(indicator, quarter, *scope, yes);
            }
        }
    }

    pub(super) fn book(&mut self, life: &Life) {
        self.people(life);
        for journey in 0..life.journeys.len() {
            self.journey(life, journey);
        }
        self.referrals(life);
        self.releases(life);
        for kit in &life.kits {
            self.kit(kit);
        }
        for harm in &life.harms {
            self.harm(life, harm);
        }
    }

    /// Figures that count people: each once, by the journey that began last.
    fn people(&mut self, life: &Life) {
        for quarter in 0..QUARTERS {
            let (first, last) = bounds(quarter);
            for scope in Scope::all() {
                let treated = |place: &usize| {
                    let journey = &life.journeys[*place];
                    let here = !matches!(scope, Scope::Area(area) if area != journey.area);
                    here && parts(life, *place, scope)
                        .any(|(start, end)| start <= last && end.is_none_or(|end| end >= first))
                };
                let Some(place) = (0..life.journeys.len()).rfind(treated) else {
                    continue;
                };
                let journey = &life.journeys[place];
                let (start, end) = (first_start(life, place), ended(life, place));
                let completed = journey.verdict == Verdict::Completed;
                let stayed = start.is_some_and(|start| end.is_none_or(|end| end - start >= TWELVE_WEEKS));
                let completed_now = completed && end.is_some_and(|end| first <= end && end <= last);
                self.put("in_treatment", quarter, scope, true);
                self.put("effective_treatment", quarter, scope, stayed || completed);
                self.put("successful_completions", quarter, scope, completed_now);
            }
        }
    }

    fn journey(&mut self, life: &Life, place: usize) {
        let journey: &Journey = &life.journeys[place];
        let mut scopes = vec![Scope::All, Scope::Area(journey.area)];
        scopes.extend(community(life, place).map(Scope::Service));
        scopes.dedup();
        if scopes.len() == 2 {
            return; // nobody in the community had a part in it
        }
        self.on("new_presentations", journey.began, &scopes, true);
        self.on("treatment_naive", journey.began, &scopes, journey.naive);
        scopes.retain(|scope| parts(life, place, *scope).next().is_some());
        let (start, end) = (first_start(life, place), ended(life, place));
        let early = end
            .zip(start)
            .is_some_and(|(end, start)| end - start < TWELVE_WEEKS);
        let badly = matches!(journey.verdict, Verdict::Unplanned | Verdict::Transferred);
        if journey.verdict != Verdict::Contradicting || !early {
            self.on("early_unplanned_exits", journey.began, &scopes, early && badly);
        }
        let Some(end) = end else { return };
        match journey.verdict {
            Verdict::Contradicting => self.on("contradicting_ends", end, &scopes, true),
            _ => self.on("unplanned_exits", end, &scopes, badly),
        }
        if journey.verdict == Verdict::Transferred {
            // Nothing followed within 21 days, or it would not be the end of the journey.
            self.on("lost_transfers", end, &scopes, true);
        }
        if journey.verdict == Verdict::Completed {
            let back = journey.next.is_some_and(|next| next < months_after(end, 6));
            self.on("representations", end, &scopes, back);
        }
    }

    fn referrals(&mut self, life: &Life) {
        let in_time = |from: i32, to: Option<i32>| to.is_some_and(|to| to - from <= 42);
        for told in &life.referrals {
            let scopes = [Scope::All, Scope::Area(told.area), Scope::Service(told.service)];
            let triaged = in_time(told.on, told.triaged);
            self.on("triaged_in_six_weeks", told.on, &scopes, triaged);
            if !told.justice {
                continue;
            }
            self.on("arrest_referrals_triaged_in_six_weeks", told.on, &scopes, triaged);
            self.on(
                "already_in_treatment_at_referral",
                told.on,
                &scopes,
                told.in_treatment,
            );
            if !told.in_treatment {
                let treated = in_time(told.on, told.structured);
                self.on("treatment_after_arrest_referral", told.on, &scopes, treated);
            }
        }
        for one in &life.asked {
            let service = life.episodes[one.episode].service;
            let scopes = [Scope::All, Scope::Area(one.area), Scope::Service(service)];
            let waited = [one.offered_for, one.started].into_iter().flatten().min();
            let waited = waited.map(|until| until - one.on);
            let soon = waited.is_some_and(|days| days <= 21);
            if one.first {
                self.on("offered_in_three_weeks", one.on, &scopes, soon);
                let long = waited.is_none_or(|days| days > 42);
                self.on("waited_over_six_weeks", one.on, &scopes, long);
            } else {
                self.on("subsequent_offered_in_three_weeks", one.on, &scopes, soon);
            }
        }
    }

    fn releases(&mut self, life: &Life) {
        for release in &life.releases {
            let scopes = [Scope::All, Scope::Area(release.area)];
            if let Some(yes) = release.national {
                self.on("continuity_national", release.on, &scopes, yes);
            }
            if let Some(yes) = release.local {
                self.on("continuity_local", release.on, &scopes, yes);
            }
            let opiates = life.episodes.iter().any(|one| {
                life.referrals[one.referral].opiate
                    && one.triaged <= release.on
                    && one.exit.is_none_or(|(end, _)| end >= release.received)
            });
            if opiates {
                let in_hand = life.kits.iter().any(|kit| in_hand(kit, release.on));
                self.on("naloxone_in_hand_at_release", release.on, &scopes, in_hand);
            }
        }
    }

    fn kit(&mut self, kit: &Kit) {
        let scopes = [Scope::All, Scope::Area(kit.area), Scope::Service(kit.service)];
        let Some(supplied) = kit.supplied else { return };
        self.on("naloxone_supplied", supplied, &scopes, true);
        self.on(
            "naloxone_supplied_at_release",
            supplied,
            &scopes,
            kit.property.is_some(),
        );
        if let Some((used, outcome)) = kit.used {
            self.on("naloxone_used", used, &scopes, true);
            if outcome != "unknown" {
                self.on("naloxone_uses_survived", used, &scopes, outcome == "survived");
            }
        }
    }

    fn harm(&mut self, life: &Life, harm: &Harm) {
        let on = harm.on;
        let begun = || life.episodes.iter().filter(|one| one.triaged <= on);
        let open = || begun().filter(|one| one.exit.is_none_or(|(end, _)| end >= on));
        let mut scopes = vec![Scope::All, Scope::Area(harm.area)];
        let mut services: Vec<usize> = open().map(|one| one.service).collect();
        services.sort_unstable();
        services.dedup();
        scopes.extend(services.into_iter().map(Scope::Service));
        let is_open = open().next().is_some();
        if !harm.death {
            self.on("overdoses", on, &scopes, true);
            self.on("overdoses_known", on, &scopes, is_open);
            return;
        }
        if harm.rejected.is_some() {
            return;
        }
        self.on("deaths", on, &scopes, true);
        let related = harm.concluded.is_some_and(|(_, related)| related);
        self.on("deaths_related", on, &scopes, related);
        let left = begun()
            .filter_map(|one| one.exit)
            .map(|(end, _)| end)
            .filter(|end| *end < on)
            .max();
        let within = |months: i32| left.is_some_and(|left| on <= months_after(left, months));
        self.on("deaths_not_known", on, &scopes, !is_open && !within(12));
        if !is_open && within(6) {
            self.on("deaths_after_treatment", on, &scopes, true);
        }
        // Whoever was received since died in custody, or at large from it.
        let released = life
            .releases
            .iter()
            .map(|one| one.on)
            .filter(|day| *day <= on)
            .max();
        let back = |since: i32| {
            life.stays
                .iter()
                .any(|stay| since < stay.received && stay.received <= on)
        };
        if released.is_some_and(|day| on - day <= 28 && !back(day)) {
            self.on("deaths_after_release", on, &scopes, true);
        }
    }
}

/// In the person's hands, whole and in date, on a day.
fn in_hand(kit: &Kit, day: i32) -> bool {
    kit.supplied.is_some_and(|supplied| supplied <= day)
        && kit.used.is_none_or(|(used, _)| used >= day)
        && kit.expires >= day
        && !kit
            .gone
            .is_some_and(|(gone, back)| gone <= day && back.is_none_or(|back| day < back))
}

/// Services in the community with a part in a journey.
fn community(life: &Life, journey: usize) -> impl Iterator<Item = usize> {
    let mut services: Vec<usize> = life
        .episodes
        .iter()
        .filter(|one| one.journey == journey && one.service != PRISON_SERVICE)
        .map(|one| one.service)
        .collect();
    services.sort_unstable();
    services.dedup();
    services.into_iter()
}

/// From when to when a journey was structured treatment in the community, of a service where one is asked for.
fn parts(life: &Life, journey: usize, scope: Scope) -> impl Iterator<Item = (i32, Option<i32>)> {
    let of = life.episodes.iter().filter(move |one| {
        one.journey == journey
            && one.service != PRISON_SERVICE
            && !matches!(scope, Scope::Service(service) if service != one.service)
    });
    of.filter_map(|one| Some((one.structured?, one.exit.map(|(end, _)| end))))
}

fn first_start(life: &Life, journey: usize) -> Option<i32> {
    let of = life.episodes.iter().filter(|one| one.journey == journey);
    of.filter_map(|one| one.structured).min()
}

fn ended(life: &Life, journey: usize) -> Option<i32> {
    let mut last = None;
    for one in life.episodes.iter().filter(|one| one.journey == journey) {
        let (end, _) = one.exit?;
        last = last.max(Some(end));
    }
    last
}
