//! Every indicator: of which lines it is made, and by which rule.

use super::referrals::{self, Which};
use super::{
    INTO_PRISON, Indicator, Rule, asked, harm, journeys, justice, naloxone, passages, profiles, releases,
    waiting_list, young,
};
use crate::rows::{RowDetail, RowKind};

macro_rules! of {
    (journey $rule:path) => {
        |row, question| match &row.detail {
            RowDetail::Journey(facts) => $rule(&journeys::Seen::of(facts, question)?),
            _ => None,
        }
    };
    ($detail:ident $rule:expr) => {
        |row, question| match &row.detail {
            RowDetail::$detail(facts) if asked(row, question) => $rule(facts, row.opened_on, question),
            _ => None,
        }
    };
}

const JOURNEY: RowKind = RowKind::Journey;
const MADE: RowKind = RowKind::ReferralMade;
const AWAITED: RowKind = RowKind::InterventionAwaited;
const KIT: RowKind = RowKind::KitSupplied;
const OVERDOSE: RowKind = RowKind::OverdoseTold;
const DEATH: RowKind = RowKind::DeathTold;
const PROFILES: RowKind = RowKind::ProfilesOwed;
const TEST: RowKind = RowKind::TestOnArrest;
const IMPOSED: RowKind = RowKind::AssessmentImposed;

pub(super) static ALL: [Indicator; 64] = [
    new("in_treatment", JOURNEY, of!(journey journeys::in_treatment)),
    new(
        "new_presentations",
        JOURNEY,
        of!(journey journeys::new_presentation),
    ),
    new("treatment_naive", JOURNEY, of!(journey journeys::treatment_naive)),
    new("effective_treatment", JOURNEY, of!(journey journeys::effective)),
    new(
        "successful_completions",
        JOURNEY,
        of!(journey journeys::completed),
    ),
    new("unplanned_exits", JOURNEY, of!(journey journeys::unplanned)),
    new(
        "early_unplanned_exits",
        JOURNEY,
        of!(journey journeys::early_unplanned),
    ),
    new("lost_transfers", JOURNEY, of!(journey journeys::lost_transfer)),
    new("representations", JOURNEY, of!(journey journeys::represented)),
    new(
        "contradicting_ends",
        JOURNEY,
        of!(journey journeys::contradicting),
    ),
    new("triaged_in_six_weeks", MADE, of!(Made referrals::triaged)),
    new(
        "arrest_referrals_triaged_in_six_weeks",
        MADE,
        of!(Made referrals::justice_triaged),
    ),
    new(
        "treatment_after_arrest_referral",
        MADE,
        of!(Made referrals::justice_treated),
    ),
    new(
        "already_in_treatment_at_referral",
        MADE,
        of!(Made referrals::justice_in_treatment),
    ),
    new(
        "offered_in_three_weeks",
        AWAITED,
        of!(
            Awaited | facts,
            _,
            question | { referrals::offered_in_three_weeks(facts, question, Which::First) }
        ),
    ),
    new(
        "waited_over_six_weeks",
        AWAITED,
        of!(Awaited referrals::waited_over_six_weeks),
    ),
    new(
        "subsequent_offered_in_three_weeks",
        AWAITED,
        of!(
            Awaited | facts,
            _,
            question | { referrals::offered_in_three_weeks(facts, question, Which::Subsequent) }
        ),
    ),
    new(
        "continuity_national",
        RowKind::Release,
        of!(Release releases::national),
    ),
    new("continuity_local", RowKind::Release, of!(Release releases::local)),
    new("naloxone_supplied", KIT, of!(Supplied naloxone::supplied)),
    new(
        "naloxone_supplied_at_release",
        KIT,
        of!(Supplied naloxone::at_release),
    ),
    back("naloxone_used", KIT, of!(Supplied naloxone::used)),
    back("naloxone_uses_survived", KIT, of!(Supplied naloxone::survived)),
    new(
        "naloxone_in_hand_at_release",
        RowKind::Release,
        of!(Release releases::naloxone_in_hand),
    ),
    new("overdoses", OVERDOSE, of!(Harm harm::told)),
    new("overdoses_known", OVERDOSE, of!(Harm harm::in_treatment)),
    new("deaths", DEATH, of!(Harm harm::told)),
    new("deaths_related", DEATH, of!(Harm harm::related)),
    new("deaths_not_known", DEATH, of!(Harm harm::not_known)),
    new("deaths_after_release", DEATH, of!(Harm harm::after_release)),
    new("deaths_after_treatment", DEATH, of!(Harm harm::after_treatment)),
    // Young people.
    new(
        "young_people_in_treatment",
        JOURNEY,
        of!(journey young::in_treatment),
    ),
    new("young_people_planned_exits", JOURNEY, of!(journey young::planned)),
    new(
        "young_people_representations",
        JOURNEY,
        of!(journey young::represented),
    ),
    new(
        "young_people_transitions",
        JOURNEY,
        of!(journey young::transition),
    ),
    // Waiting, by other clocks, and on a day.
    new(
        "triaged_in_six_weeks_of_receipt",
        MADE,
        of!(Made referrals::triaged_since_receipt),
    ),
    new(
        "treated_in_20_working_days",
        MADE,
        of!(Made referrals::treated_in_twenty_working_days),
    ),
    new("referrals_with_invalid_dates", MADE, of!(Made referrals::invalid)),
    new(
        "waits_with_invalid_dates",
        AWAITED,
        of!(Awaited referrals::invalid_wait),
    ),
    back("waiting_list", RowKind::Waiting, waiting_list::waiting),
    back(
        "waiting_list_over_six_weeks",
        RowKind::Waiting,
        waiting_list::over_six_weeks,
    ),
    // Outcome profiles.
    new(
        "start_profiles_done",
        PROFILES,
        of!(Profiles profiles::start_done),
    ),
    back(
        "review_profiles_done",
        PROFILES,
        of!(Profiles profiles::reviews_done),
    ),
    back("exit_profiles_done", PROFILES, of!(Profiles profiles::exit_done)),
    back(
        "profiles_without_review",
        PROFILES,
        of!(Profiles profiles::without_review),
    ),
    back("profile_exceptions", PROFILES, of!(Profiles profiles::exceptions)),
    // Justice.
    new("tests_on_arrest", TEST, of!(Tested justice::tested)),
    new("tests_positive", TEST, of!(Tested justice::positive)),
    new("tests_positive_cocaine", TEST, of!(Tested justice::cocaine)),
    new(
        "tests_positive_cocaine_alone",
        TEST,
        of!(Tested justice::cocaine_alone),
    ),
    new("tests_positive_opiates", TEST, of!(Tested justice::opiates)),
    new(
        "tests_positive_opiates_alone",
        TEST,
        of!(Tested justice::opiates_alone),
    ),
    new(
        "tests_positive_cocaine_and_opiates",
        TEST,
        of!(Tested justice::cocaine_and_opiates),
    ),
    new(
        "required_assessments_imposed",
        IMPOSED,
        of!(Imposed justice::imposed),
    ),
    new(
        "required_assessments_attended",
        IMPOSED,
        of!(Imposed justice::attended),
    ),
    new(
        "follow_ups_not_needed",
        IMPOSED,
        of!(Imposed justice::follow_up_not_needed),
    ),
    back(
        "requirements_completed",
        RowKind::ConditionSet,
        of!(Condition justice::requirement_completed),
    ),
    back(
        "conditions_met",
        RowKind::ConditionSet,
        of!(Condition justice::conditions_met),
    ),
    // Other gates.
    new(
        "continuity_police_custody",
        RowKind::Passage,
        of!(Passage passages::from_police_custody),
    ),
    new(
        "continuity_court",
        RowKind::Passage,
        of!(Passage passages::from_court),
    ),
    new(INTO_PRISON, RowKind::Passage, of!(Passage passages::into_prison)),
    // Naloxone, in hand.
    back("naloxone_held", KIT, of!(Supplied naloxone::held)),
    back("naloxone_expired", KIT, of!(Supplied naloxone::expired)),
    back("naloxone_used_replaced", KIT, of!(Supplied naloxone::replaced)),
];

const fn new(id: &'static str, kind: RowKind, rule: Rule) -> Indicator {
    Indicator {
        id,
        kind,
        looks_back: matches!(kind, RowKind::Journey),
        rule,
    }
}

/// One of which the period holds another day than that on which its lines open.
const fn back(id: &'static str, kind: RowKind, rule: Rule) -> Indicator {
    Indicator {
        id,
        kind,
        looks_back: true,
        rule,
    }
}
