//! What each finding weighs, in one table.

use crate::identifier::IdentifierKind;

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// An identifier of a kind.
    Identifier(IdentifierKind),
    /// The family name.
    FamilyName,
    /// The given name.
    GivenName,
    /// Both names together, when they were told the wrong way round.
    Names,
    /// The date of birth.
    DateOfBirth,
    /// The sex.
    Sex,
    /// Where the person lives.
    Residence,
}

impl Field {
    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identifier(kind) => kind.as_str(),
            Self::FamilyName => "family_name",
            Self::GivenName => "given_name",
            Self::Names => "names",
            Self::DateOfBirth => "date_of_birth",
            Self::Sex => "sex",
            Self::Residence => "residence",
        }
    }
}

/// What comparing a field found. Later ones are shown where two weigh the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Finding {
    /// One says what the other rules out.
    Contradicts,
    /// One of them does not say.
    Unknown,
    /// The one was taken off the other record.
    Replaced,
    /// Only the first letters can be compared, and are equal.
    Initial,
    /// Two of year, month and day are equal.
    TwoParts,
    /// The wider place is the same.
    SameArea,
    /// The postcode's first part is the same.
    SameDistrict,
    /// It sounds the same.
    Phonetic,
    /// One has more names than the other.
    PartOf,
    /// One digit differs.
    OneDigit,
    /// It is spelled nearly the same.
    Near,
    /// Day and month change places.
    DayAndMonthSwapped,
    /// Forms of one name.
    Nickname,
    /// Given and family name change places.
    Swapped,
    /// The first of January in both, which stands for a day that nobody knows.
    EqualByDefault,
    /// The same.
    Equal,
}

impl Finding {
    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Contradicts => "contradicts",
            Self::Unknown => "unknown",
            Self::Replaced => "replaced",
            Self::Initial => "initial",
            Self::TwoParts => "two_parts",
            Self::SameArea => "same_area",
            Self::SameDistrict => "same_district",
            Self::Phonetic => "phonetic",
            Self::PartOf => "part_of",
            Self::OneDigit => "one_digit",
            Self::Near => "near",
            Self::DayAndMonthSwapped => "day_and_month_swapped",
            Self::Nickname => "nickname",
            Self::Swapped => "swapped",
            Self::EqualByDefault => "equal_by_default",
            Self::Equal => "equal",
        }
    }
}

/// One finding's weight.
#[derive(Clone, Copy, Debug)]
pub struct Weight {
    /// The field.
    pub field: Field,
    /// The finding.
    pub finding: Finding,
    /// Points: doublings of the odds that the two are one person.
    pub points: i32,
    /// What it says to a reader; holds no value.
    pub sentence: &'static str,
    /// Why so many. Frequencies are our own estimates, and checked against worked pairs.
    pub reason: &'static str,
}

use Field::{DateOfBirth, FamilyName, GivenName, Identifier, Names, Residence, Sex};
use Finding::{
    Contradicts, DayAndMonthSwapped, Equal, EqualByDefault, Initial, Near, Nickname, OneDigit, PartOf,
    Phonetic, Replaced, SameArea, SameDistrict, Swapped, TwoParts,
};
use IdentifierKind::{Crn, Cro, Local, NhsNumber, Pnc, PrisonerNumber};

const fn weight(
    field: Field,
    finding: Finding,
    points: i32,
    sentence: &'static str,
    reason: &'static str,
) -> Weight {
    Weight {
        field,
        finding,
        points,
        sentence,
        reason,
    }
}

const ISSUED_ONCE: &str =
    "issued to one person of some sixty million (2 to the power of 26), less two for errors of entry";
const ONE_EACH: &str = "one person has one; the other one is nearly always somebody else's";
const TAKEN_BACK: &str = "a value that somebody took back says nothing of either";

/// Every weight. What is not here is [`Finding::Unknown`] and weighs nothing.
pub const WEIGHTS: &[Weight] = &[
    weight(
        Identifier(NhsNumber),
        Equal,
        24,
        "The NHS number is the same.",
        ISSUED_ONCE,
    ),
    weight(
        Identifier(NhsNumber),
        Contradicts,
        -16,
        "The NHS numbers differ.",
        ONE_EACH,
    ),
    weight(
        Identifier(NhsNumber),
        Replaced,
        0,
        "One NHS number was taken off the other record.",
        TAKEN_BACK,
    ),
    weight(Identifier(Pnc), Equal, 24, "The PNC id is the same.", ISSUED_ONCE),
    weight(
        Identifier(Pnc),
        Contradicts,
        -10,
        "The PNC ids differ.",
        "one person has one, but now and then a second is opened under a false name",
    ),
    weight(
        Identifier(Pnc),
        Replaced,
        0,
        "One PNC id was taken off the other record.",
        TAKEN_BACK,
    ),
    weight(
        Identifier(Cro),
        Equal,
        24,
        "The CRO number is the same.",
        ISSUED_ONCE,
    ),
    weight(
        Identifier(Cro),
        Contradicts,
        -10,
        "The CRO numbers differ.",
        "as the PNC id: one person has one, a false name may have brought a second",
    ),
    weight(
        Identifier(Cro),
        Replaced,
        0,
        "One CRO number was taken off the other record.",
        TAKEN_BACK,
    ),
    weight(
        Identifier(Crn),
        Equal,
        22,
        "The probation case reference is the same.",
        ISSUED_ONCE,
    ),
    weight(
        Identifier(Crn),
        Contradicts,
        -3,
        "The probation case references differ.",
        "probation opens a second case for somebody it does not recognise, and joins them later",
    ),
    weight(
        Identifier(Crn),
        Replaced,
        0,
        "One case reference was taken off the other record.",
        TAKEN_BACK,
    ),
    weight(
        Identifier(PrisonerNumber),
        Equal,
        22,
        "The prisoner number is the same.",
        ISSUED_ONCE,
    ),
    weight(
        Identifier(PrisonerNumber),
        Contradicts,
        0,
        "The prisoner numbers differ; one person can hold several.",
        "a person can hold several, joined later (domain.md 5.4): it says nothing",
    ),
    weight(
        Identifier(PrisonerNumber),
        Replaced,
        0,
        "One prisoner number was taken off the other record.",
        TAKEN_BACK,
    ),
    weight(
        Identifier(Local),
        Equal,
        10,
        "An organisation's own reference is the same.",
        "references name their system, but are typed by hand and given again",
    ),
    weight(
        FamilyName,
        Equal,
        7,
        "The family name is the same.",
        "a common family name is one in a hundred, most are far rarer",
    ),
    weight(
        FamilyName,
        Near,
        5,
        "The family name is spelled nearly the same.",
        "a slip of the hand; four names may be as near",
    ),
    weight(
        FamilyName,
        PartOf,
        5,
        "One family name is part of the other.",
        "double names are often told by half; a half is commoner than the whole",
    ),
    weight(
        FamilyName,
        Phonetic,
        4,
        "The family name sounds the same.",
        "heard and not read; some eight names sound alike",
    ),
    weight(
        FamilyName,
        Initial,
        -5,
        "Of one family name only the first letter is known, which is the same.",
        "initials, date of birth and sex make two people (cases.md I2): that must never be enough",
    ),
    weight(
        FamilyName,
        Contradicts,
        -4,
        "The family names differ.",
        "one in sixteen changes it, by marriage or with an alias",
    ),
    weight(
        FamilyName,
        Finding::Unknown,
        -4,
        "One family name is not known.",
        "without one, too many share a forename and a birthday",
    ),
    weight(
        GivenName,
        Equal,
        6,
        "The given name is the same.",
        "a common given name is one in fifty or so",
    ),
    weight(
        GivenName,
        Nickname,
        5,
        "The given names are forms of one name.",
        "twice as many people share a name with its forms",
    ),
    weight(
        GivenName,
        Near,
        4,
        "The given name is spelled nearly the same.",
        "a slip of the hand; four names may be as near",
    ),
    weight(
        GivenName,
        PartOf,
        4,
        "One has more given names than the other.",
        "middle names are often left out, and shared in families",
    ),
    weight(
        GivenName,
        Phonetic,
        3,
        "The given name sounds the same.",
        "heard and not read; some eight names sound alike",
    ),
    weight(
        GivenName,
        Initial,
        2,
        "Of one given name only the first letter is known, which is the same.",
        "one person in some ten, less for brothers and sisters named alike",
    ),
    weight(
        GivenName,
        Contradicts,
        -12,
        "The given names differ.",
        "twins, brothers and sisters share everything else; an alias is told with a name of its own",
    ),
    weight(
        GivenName,
        Finding::Unknown,
        -10,
        "One given name is not known.",
        "without one nobody is told from a twin, a brother or a sister",
    ),
    weight(
        Names,
        Swapped,
        11,
        "Given and family name are the same, the other way round.",
        "as both names, less two for people who have such a name by right",
    ),
    weight(
        DateOfBirth,
        Equal,
        14,
        "The date of birth is the same.",
        "one day in some fifty years",
    ),
    weight(
        DateOfBirth,
        EqualByDefault,
        6,
        "Both were born on the first of January, which is told for an unknown day.",
        "only the year is compared, one in some fifty",
    ),
    weight(
        DateOfBirth,
        DayAndMonthSwapped,
        10,
        "Day and month of birth change places.",
        "one date more that fits, and a slip that few make",
    ),
    weight(
        DateOfBirth,
        OneDigit,
        8,
        "One digit of the date of birth differs.",
        "some forty dates are as near: five doublings and one for the slip less than the same date",
    ),
    weight(
        DateOfBirth,
        TwoParts,
        3,
        "Two of year, month and day of birth are the same.",
        "hundreds of dates are as near",
    ),
    weight(
        DateOfBirth,
        Contradicts,
        -8,
        "The dates of birth differ.",
        "few people give a false date, and fathers and sons of one name differ in nothing else",
    ),
    weight(Sex, Equal, 1, "The sex is the same.", "one in two"),
    weight(
        Sex,
        Contradicts,
        -3,
        "The sex differs.",
        "an error of entry or a change of marker in one of eight or fewer",
    ),
    weight(
        Residence,
        Equal,
        6,
        "The postcode is the same.",
        "one in thousands, but families share it, and whoever moved has another",
    ),
    weight(
        Residence,
        SameDistrict,
        2,
        "The first part of the postcode is the same.",
        "most people of a service live in a few",
    ),
    weight(
        Residence,
        SameArea,
        1,
        "They live under the same authority.",
        "most people of a service do",
    ),
    weight(
        Residence,
        Contradicts,
        0,
        "They were told to live in different places.",
        "people who use these services move often: it says nothing",
    ),
];

/// What a finding weighs; nothing when it is not in the table.
pub(super) fn of(field: Field, finding: Finding) -> Option<&'static Weight> {
    WEIGHTS
        .iter()
        .find(|one| one.field == field && one.finding == finding)
}

/// Its points.
pub(super) fn points(field: Field, finding: Finding) -> i32 {
    of(field, finding).map_or(0, |weight| weight.points)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_finding_weighs_once_and_has_its_reason() {
        let all: BTreeSet<_> = WEIGHTS.iter().map(|one| (one.field, one.finding)).collect();
        assert_eq!(all.len(), WEIGHTS.len());
        for one in WEIGHTS {
            assert!(one.sentence.ends_with('.'), "{}", one.sentence);
            assert!(one.reason.len() > 9, "{}", one.sentence);
        }
    }

    #[test]
    fn better_findings_weigh_more() {
        for (field, order) in [
            (
                GivenName,
                &[
                    Contradicts,
                    Finding::Unknown,
                    Initial,
                    Phonetic,
                    PartOf,
                    Near,
                    Nickname,
                    Equal,
                ][..],
            ),
            (FamilyName, &[Initial, Contradicts, Phonetic, PartOf, Near, Equal]),
            (
                DateOfBirth,
                &[
                    Contradicts,
                    Finding::Unknown,
                    TwoParts,
                    OneDigit,
                    DayAndMonthSwapped,
                    Equal,
                ],
            ),
        ] {
            let points: Vec<i32> = order.iter().map(|finding| points(field, *finding)).collect();
            assert!(points.is_sorted(), "{field:?}: {points:?}");
        }
    }

    /// What the score rests on when it takes the best pair of names: a pair with a given name that agrees always
    /// weighs more than one without, so that a further alias never hides it.
    #[test]
    fn a_given_name_that_agrees_outweighs_any_family_name() {
        let family = |pick: fn(i32, i32) -> i32| {
            let of = WEIGHTS
                .iter()
                .filter(|one| one.field == FamilyName && one.finding != Initial);
            of.map(|one| one.points).reduce(pick).unwrap()
        };
        let agrees = points(GivenName, Initial) + family(i32::min);
        let not = points(GivenName, Finding::Unknown) + family(i32::max);
        assert!(not < agrees, "{not} {agrees}");
    }
}
