//! How often things happen, with where each figure comes from.
//!
//! "Assumed" marks a figure for which `domain.md` names no source: plausible, and to be replaced by a
//! published one where there is one.

use crate::who::{Group, Home};

/// Men among adults in treatment, in percent. Assumed, after the annual adult statistics (about two thirds).
pub(crate) const MEN: u32 = 68;

/// Substance groups: 44 % opiate, 30 % alcohol only (adult statistics 2023-24, `domain.md` 1.1); the rest
/// is split between the other two groups, assumed.
pub(crate) const GROUPS: &[(Group, u32)] = &[
    (Group::Opiate, 44),
    (Group::AlcoholOnly, 30),
    (Group::NonOpiate, 13),
    (Group::NonOpiateAndAlcohol, 13),
];

/// Where people live. Assumed.
pub(crate) const HOMES: &[(Home, u32)] = &[
    (Home::Northshire, 75),
    (Home::Southmarsh, 20),
    (Home::NoFixedAbode, 3),
    (Home::Unknown, 2),
];

/// Ethnicities. Assumed.
pub(crate) const ETHNICITIES: &[(&str, u32)] = &[
    ("A", 82),
    ("C", 5),
    ("B", 1),
    ("D", 2),
    ("J", 2),
    ("H", 2),
    ("M", 2),
    ("N", 1),
    ("Z", 3),
];

/// People who pass through prison, per thousand: about 60,000 of 330,000 adults in treatment in a year
/// (`design.md`, "Scale").
pub(crate) const PASSES_THROUGH_PRISON: u32 = 182;

/// Who refers to community treatment: most come by themselves, the criminal justice system sends about one
/// in six. Shares assumed; the groups are those of `domain.md` 1.4.
pub(crate) const SOURCES: &[(&str, u32)] = &[
    ("self", 52),
    ("relative", 4),
    ("gp", 12),
    ("hospital_alcohol_team", 5),
    ("drug_service", 5),
    ("outreach", 3),
    ("housing", 2),
    ("arrest_referral", 11),
    ("probation", 4),
    ("court", 2),
];

/// Arrest referrals triaged within six weeks, in percent: Bromley's 40 % (`domain.md` 3 and 8, paper 001).
pub(crate) const ARREST_TRIAGED_IN_SIX_WEEKS: u32 = 40;
/// Arrest referrals triaged later than that, in percent. Assumed.
pub(crate) const ARREST_TRIAGED_LATER: u32 = 28;

/// Referrals declined by the service asked, in percent. Assumed.
pub(crate) const REJECTED: u32 = 6;

/// Triaged people who are put on the waiting list, in percent. Assumed.
pub(crate) const WAITS: u32 = 30;

/// How community episodes end, by reason: completions a little under half of all exits, dropping out a
/// third. Assumed, after the annual adult statistics.
pub(crate) const EXITS: &[(&str, u32)] = &[
    ("80", 46),
    ("85", 36),
    ("86", 3),
    ("83", 5),
    ("88", 4),
    ("89", 2),
    ("71", 2),
    ("82", 2),
];

/// Community treatment of people who use opiates: days from start to exit, in bands
/// with their weights.
/// 310,863 in treatment against 158,991 entering in 2023-24 (`domain.md` 1.1) means about two years on
/// average, more for opiates.
pub(crate) const DAYS_IN_OPIATE_TREATMENT: &[((i32, i32), u32)] = &[
    ((20, 83), 18),
    ((84, 240), 22),
    ((241, 600), 25),
    ((601, 1_500), 35),
];
/// The same for everybody else. Assumed.
pub(crate) const DAYS_IN_OTHER_TREATMENT: &[((i32, i32), u32)] =
    &[((14, 83), 28), ((84, 200), 42), ((201, 420), 30)];

/// Of people leaving prison with an ongoing need, the share whose treatment service refers them on before
/// release, in percent. Assumed, so that the whole comes to the national figure below.
pub(crate) const REFERRED_BEFORE_RELEASE: u32 = 66;

/// What becomes of a release with a referral: picked up, late, lost, returned to custody, died, picked up in
/// the other area. With [`WITHOUT_REFERRAL`] it comes to 53 % picked up within 21 days (national figure for
/// 2023-24, `domain.md` 2). Returns: 30 % are recalled, four in ten of them within 28 days (`domain.md` 5.2).
pub(crate) const WITH_REFERRAL: &[(Fate, u32)] = &[
    (Fate::PickedUp, 65),
    (Fate::Late, 7),
    (Fate::Lost, 15),
    (Fate::Returned, 8),
    (Fate::Died, 2),
    (Fate::AcrossArea, 3),
];
/// The same without a referral.
pub(crate) const WITHOUT_REFERRAL: &[(Fate, u32)] = &[
    (Fate::PickedUp, 25),
    (Fate::Late, 11),
    (Fate::Lost, 50),
    (Fate::Returned, 12),
    (Fate::Died, 2),
];

/// What becomes of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    PickedUp,
    Late,
    Lost,
    Returned,
    Died,
    AcrossArea,
}

/// People with an opiate need who leave prison with naloxone, in percent: 17 % in 2018-19 (`domain.md` 4).
pub(crate) const NALOXONE_AT_THE_GATE: u32 = 17;
/// People with an opiate need given naloxone when community treatment starts, in percent. Assumed.
pub(crate) const NALOXONE_IN_THE_COMMUNITY: u32 = 45;
/// Kits used within a year, in percent. Assumed.
pub(crate) const NALOXONE_USED: u32 = 9;

/// People given naloxone who are trained on that day, in percent. Assumed.
pub(crate) const TRAINED: u32 = 80;
/// People with an opiate need who start treatment without naloxone and were offered it, in percent. Assumed.
pub(crate) const NALOXONE_DECLINED: u32 = 30;
/// Second kits that are lost, in percent. Assumed.
pub(crate) const KIT_LOST: u32 = 8;
/// Second kits that are taken away, in percent; half of them are given back. Assumed.
pub(crate) const KIT_CONFISCATED: u32 = 8;

/// Courses of opiate treatment in which the person overdoses and lives, in percent. Assumed.
pub(crate) const OVERDOSES: u32 = 5;
/// Courses of treatment in which a death is reported by mistake, per thousand. Assumed.
pub(crate) const MISTAKEN_DEATHS: u32 = 4;
/// Courses of treatment in which a contact is entered for the wrong day and put right, in percent. Assumed.
pub(crate) const PUT_RIGHT: u32 = 3;

/// Courses whose start profile is taken, in percent. Assumed.
pub(crate) const START_PROFILE: u32 = 85;
/// Half-years of treatment with a review, in percent. Assumed.
pub(crate) const REVIEWED: u32 = 65;
/// Exits with a profile of their own, in percent. Assumed.
pub(crate) const EXIT_PROFILE: u32 = 55;
/// Courses in which a need is raised, in percent. Assumed.
pub(crate) const NEEDS: u32 = 40;
/// Courses in which a need is raised that few may see, in percent. Assumed.
pub(crate) const RESTRICTED_NEEDS: u32 = 3;
/// Courses paid by a grant or counted to a scheme, in percent. Assumed.
pub(crate) const TAGGED: u32 = 14;
/// Courses with a placement in detoxification or rehabilitation, in percent. Assumed.
pub(crate) const PLACED: u32 = 5;
/// Exits after which somebody is followed up, in percent. Assumed.
pub(crate) const FOLLOWED_UP: u32 = 55;
/// Unplanned exits that are taken back, in percent. Assumed.
pub(crate) const TAKEN_BACK: u32 = 4;

/// Receptions whose treatment need leads to a prison episode, in percent. Assumed.
pub(crate) const TREATED_IN_PRISON: u32 = 85;
/// Stays with a move to another prison, in percent. Assumed.
pub(crate) const MOVED_BETWEEN_PRISONS: u32 = 18;
/// Stays with a temporary release, in percent. Assumed.
pub(crate) const TEMPORARY_RELEASE: u32 = 8;
/// Remands that end at court, with the same-day release that movement feeds alone can catch
/// (`domain.md` 2), in percent. Assumed.
pub(crate) const RELEASED_AT_COURT: u32 = 50;
/// Of those, the share whom the liaison worker at court refers on, in percent. Assumed.
pub(crate) const CAUGHT_AT_COURT: u32 = 50;

/// Prison messages that come one to five days late, in percent. Assumed.
pub(crate) const LATE_MESSAGES: u32 = 12;
/// Prison messages that come a second time under another reference, in percent. Assumed.
pub(crate) const DOUBLE_MESSAGES: u32 = 3;

/// Stays with a movement message that no list explains, per thousand. Assumed.
pub(crate) const MESSAGES_NOT_UNDERSTOOD: u32 = 5;
/// Community episodes after which somebody has moved to the other area, in percent. Assumed.
pub(crate) const MOVES_HOME: u32 = 4;
/// Community episodes in which a name is corrected, in percent. Assumed.
pub(crate) const NAME_CORRECTED: u32 = 2;

/// People who come back after leaving treatment or prison, in percent. Assumed.
pub(crate) const COMES_BACK: u32 = 45;
/// People who went to prison once and go again, in percent. Assumed.
pub(crate) const BACK_TO_PRISON: u32 = 60;

/// Triages to which people come by an appointment, in percent; the others walk in. Assumed.
pub(crate) const TRIAGE_BY_APPOINTMENT: u32 = 80;
/// People who miss their first appointment, in percent. Assumed.
pub(crate) const APPOINTMENT_MISSED: u32 = 30;
/// Of those, the share whose appointment was called off before, in percent. Assumed.
pub(crate) const APPOINTMENT_CANCELLED: u32 = 20;
/// Appointments that get another time, in percent. Assumed.
pub(crate) const APPOINTMENT_MOVED: u32 = 8;
/// People who are referred to the wrong service first, which sends them on, per thousand. Assumed.
pub(crate) const SENT_ON: u32 = 20;
/// Episodes with a key worker on record, in percent. Assumed.
pub(crate) const KEY_WORKER: u32 = 85;
/// Courses whose referral to the intervention is recorded by itself, in percent. Assumed.
pub(crate) const REFERRED_TO_INTERVENTION: u32 = 60;
/// Courses with a care plan on record, in percent. Assumed.
pub(crate) const CARE_PLAN: u32 = 80;
/// Courses of twelve weeks and more in which the intervention is reviewed, in percent. Assumed.
pub(crate) const INTERVENTION_REVIEWED: u32 = 60;
/// Courses of some length in which treatment rests for a while, in percent. Assumed.
pub(crate) const ON_HOLD: u32 = 5;
/// People with an opiate need who leave prison with a bridging prescription, in percent, with a referral and without
/// one. Assumed.
pub(crate) const BRIDGED_WITH_REFERRAL: u32 = 45;
/// See [`BRIDGED_WITH_REFERRAL`].
pub(crate) const BRIDGED_WITHOUT_REFERRAL: u32 = 15;
/// People whom a community service accepted before release and who have an appointment there, in percent. Assumed.
pub(crate) const APPOINTMENT_AT_RELEASE: u32 = 60;

/// Kits that services give their clients in a month, for ten thousand people of the county; everybody else gives
/// [`KITS_A_MONTH_ELSEWHERE`]. Measured in counties of this crate.
pub(crate) const KITS_A_MONTH: &[(&str, u32)] = &[
    ("northshire-community", 70),
    ("southmarsh-community", 20),
    ("southmarsh-estuary", 20),
];
/// See [`KITS_A_MONTH`]: a prison, and a service of young people.
pub(crate) const KITS_A_MONTH_ELSEWHERE: u32 = 3;
/// Kits that a service wants on its shelf, whatever it gives. Assumed.
pub(crate) const FEWEST_IN_STOCK: u32 = 60;
/// Months in which a service counts what it keeps for others, in percent. Assumed.
pub(crate) const STOCK_COUNTED: u32 = 35;
/// Months in which kits are damaged or opened to train people, in percent. Assumed.
pub(crate) const STOCK_REMOVED: u32 = 10;
/// Young people in treatment on their eighteenth birthday who are handed over to adults, in percent. Assumed.
pub(crate) const HANDED_OVER_AT_EIGHTEEN: u32 = 90;

/// What people are arrested for, by code of `offence-groups`. Assumed: mostly acquisitive and drug offences, which are
/// the trigger offences (`domain.md` 5.1).
pub(crate) const OFFENCES: &[(&str, u32)] = &[
    ("shoplifting", 40),
    ("burglary", 14),
    ("theft", 14),
    ("drug_possession", 16),
    ("drug_trafficking", 6),
    ("robbery", 4),
    ("violence", 6),
];

/// Arrest referrals with a drug test, in percent. Assumed.
pub(crate) const TESTED_ON_ARREST: u32 = 70;
/// Positive tests on arrest, in percent: 65,638 of 117,825 (`domain.md` 5.1).
pub(crate) const POSITIVE_ON_ARREST: u32 = 56;
/// What positive tests find of cocaine and of opiates. The press figures (87 % cocaine, 31 % both, 4 % opiates alone) do
/// not add up; these keep the middle one.
pub(crate) const FOUND: &[((&str, &str), u32)] = &[
    (("positive", "negative"), 63),
    (("positive", "positive"), 31),
    (("negative", "positive"), 6),
];
/// Positive tests after which an assessment is required, in percent: more than 90 (`domain.md` 5.1).
pub(crate) const REQUIRED: u32 = 92;
/// What becomes of required initial assessments: attended with a follow-up needed or not, missed, lapsed. Assumed.
pub(crate) const ASSESSMENTS: &[(&str, u32)] =
    &[("needed", 55), ("not_needed", 25), ("missed", 16), ("lapsed", 4)];
/// Follow-ups that are attended, in percent; the others are still to come or were never told of. Assumed.
pub(crate) const FOLLOW_UP_ATTENDED: u32 = 75;
/// Arrest referrals met by liaison and diversion, in percent. Assumed.
pub(crate) const MET_BY_LIAISON: u32 = 60;
/// Arrests resolved by a conditional caution, in percent. Assumed.
pub(crate) const CAUTIONED: u32 = 15;
/// Other arrests after which somebody is bailed, in percent. Assumed.
pub(crate) const BAILED: u32 = 35;
/// Which requirement a court imposes on those whom it sends to treatment. Assumed.
pub(crate) const REQUIREMENTS: &[(&str, u32)] = &[
    ("drug_rehabilitation", 55),
    ("alcohol_treatment", 35),
    ("mental_health_treatment", 10),
];
/// People referred by probation who are in integrated offender management, in percent. Assumed.
pub(crate) const MANAGED: u32 = 20;

/// What people answer who are asked on the day of triage whether the national statistics may tell of them, in percent;
/// some are not asked. Assumed: nearly everybody agrees.
pub(crate) const CONSENT_TO_NATIONAL_STATISTICS: &[(&str, u32)] =
    &[("given", 94), ("refused", 4), ("not_asked", 2)];
/// People who agreed and withdraw it later, per thousand courses. Assumed.
pub(crate) const CONSENT_WITHDRAWN: u32 = 12;
/// Courses during which probation sees the record by an agreement, in percent. Assumed.
pub(crate) const SHARED_WITH_PROBATION: u32 = 6;
/// How such agreements end: with the course, before it, by the person's withdrawal. Assumed.
pub(crate) const AGREEMENTS: &[(&str, u32)] = &[("with_the_course", 60), ("ended", 25), ("withdrawn", 15)];
/// Courses during which somebody objects, per thousand. Assumed.
pub(crate) const OBJECTS: u32 = 8;
/// What becomes of objections. Assumed.
pub(crate) const OBJECTIONS: &[(&str, u32)] = &[
    ("upheld", 50),
    ("compelling_grounds", 20),
    ("withdrawn", 20),
    ("open", 10),
];
/// Courses during which the record is restricted for a while, per thousand. Assumed.
pub(crate) const RESTRICTED: u32 = 5;
