//! One figure as it was known at two times, and what it differs in.
//!
//! Source: `cases.md` T1.

use super::report::{Number, tell};
use super::{Counted, Counts, Entry, Indicator, Question, Shown, behind};
use crate::code::AreaCode;
use crate::directory::Directory;
use crate::explain::{Became, Value};
use crate::id::PersonId;
use crate::rows::{Row, rows};
use crate::small_numbers;
use crate::state::PersonState;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What is the same thing at both times: the person, where people are counted, else the journey, referral or kit.
pub type ThingKey = Uuid;

/// A thing that counts otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differs {
    /// Which.
    pub key: ThingKey,
    /// Whose, as it was known last.
    pub person: PersonId,
    /// What became of it.
    pub became: Became,
    /// Its line and how it counted, where it did.
    pub before: Option<Entry>,
    /// Its line and how it counts, where it does.
    pub after: Option<Entry>,
}

/// A figure as it was known at two times. A number that is `None` is withheld.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// As it was known first.
    pub before: Shown,
    /// As it was known then.
    pub after: Shown,
    /// Things that count and did not.
    pub came: Option<u32>,
    /// Things that counted and do no longer.
    pub went: Option<u32>,
    /// Things that count otherwise: in the numerator or no longer, settled or open again.
    pub changed: Option<u32>,
    /// All of these, in order of their keys.
    pub things: Vec<Differs>,
}

/// What is the same thing at both times.
pub fn key_of(indicator: Indicator, entry: &Entry) -> ThingKey {
    match indicator.definition().counts {
        Counts::People => entry.person.0,
        _ => entry.row,
    }
}

/// Where one thing stands.
struct Thing {
    person: PersonId,
    before: Option<Entry>,
    after: Option<Entry>,
}

impl Thing {
    fn became(&self) -> Option<Became> {
        match (&self.before, &self.after) {
            (None, Some(_)) => Some(Became::Came),
            (Some(_), None) => Some(Became::Went),
            (Some(was), Some(is)) if was.counted != is.counted => Some(Became::Changed),
            _ => None,
        }
    }
}

/// Compares what was known at two times. With `withheld`, numbers that would tell of fewer than five people are left out,
/// and so are those by which they could be worked out: the two figures and what they differ in are judged together,
/// because who is told both can take the one from the other.
pub fn compare<'a>(
    indicator: Indicator,
    before: impl IntoIterator<Item = (PersonId, &'a Row)>,
    after: impl IntoIterator<Item = (PersonId, &'a Row)>,
    question: &Question,
    withheld: bool,
) -> Comparison {
    let mut things: BTreeMap<ThingKey, Thing> = BTreeMap::new();
    for (entry, _) in behind(indicator, before, question) {
        things.insert(
            key_of(indicator, &entry),
            Thing {
                person: entry.person,
                before: Some(entry),
                after: None,
            },
        );
    }
    for (entry, _) in behind(indicator, after, question) {
        let thing = things.entry(key_of(indicator, &entry)).or_insert(Thing {
            person: entry.person,
            before: None,
            after: None,
        });
        thing.person = entry.person;
        thing.after = Some(entry);
    }
    let all: Vec<Asked> = [Number::Denominator, Number::Numerator, Number::Provisional]
        .into_iter()
        .flat_map(|number| [Asked::After(number), Asked::Before(number)])
        .chain([Became::Came, Became::Went, Became::Changed].map(Asked::Became))
        .collect();
    let counts: Vec<Vec<bool>> = all
        .iter()
        .map(|asked| things.values().map(|thing| asked.counts(thing)).collect())
        .collect();
    let people: Vec<PersonId> = things.values().map(|thing| thing.person).collect();
    let shown = match withheld {
        true => small_numbers::shown(&people, &counts),
        false => vec![true; counts.len()],
    };
    let told = |wanted: Asked| {
        let at = all.iter().position(|asked| *asked == wanted)?;
        let yes = || counts[at].iter().filter(|counts| **counts).count();
        shown[at].then(|| u32::try_from(yes()).unwrap_or(u32::MAX))
    };
    let measure = indicator.definition().measure;
    Comparison {
        before: tell(measure, |number| told(Asked::Before(number))),
        after: tell(measure, |number| told(Asked::After(number))),
        came: told(Asked::Became(Became::Came)),
        went: told(Asked::Became(Became::Went)),
        changed: told(Asked::Became(Became::Changed)),
        things: things
            .into_iter()
            .filter_map(|(key, thing)| {
                Some(Differs {
                    key,
                    became: thing.became()?,
                    person: thing.person,
                    before: thing.before,
                    after: thing.after,
                })
            })
            .collect(),
    }
}

/// A number that a comparison tells.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    Before(Number),
    After(Number),
    Became(Became),
}

impl Asked {
    fn counts(self, thing: &Thing) -> bool {
        let of = |entry: &Option<Entry>, number: Number| entry.as_ref().is_some_and(|one| number.counts(one));
        match self {
            Self::Before(number) => of(&thing.before, number),
            Self::After(number) => of(&thing.after, number),
            Self::Became(became) => thing.became() == Some(became),
        }
    }
}

impl Counted {
    /// How a thing counts, as values that can be explained: `/counted` and `/provisional`.
    fn values(self) -> Vec<Value> {
        let value = |name: &str, is: &str| Value {
            name: name.to_owned(),
            is: is.to_owned(),
            set_by: Vec::new(),
        };
        let counted = match self.in_numerator {
            true => "in_numerator",
            false => "not_in_numerator",
        };
        let provisional = if self.provisional { "yes" } else { "no" };
        vec![value("/counted", counted), value("/provisional", provisional)]
    }
}

impl Differs {
    /// What it said before and what it says, as values that can be compared.
    pub fn values(&self) -> (Vec<Value>, Vec<Value>) {
        let of = |entry: &Option<Entry>| entry.as_ref().map(|one| one.counted.values()).unwrap_or_default();
        (of(&self.before), of(&self.after))
    }
}

/// How a thing of one person counts, by what is known of the person; nothing where it does not.
///
/// Records that were joined count as one from then on, so a person who is counted is found by any of their ids.
pub fn standing(
    indicator: Indicator,
    state: &PersonState,
    directory: &Directory,
    question: &Question,
    area: Option<&AreaCode>,
    key: ThingKey,
) -> Vec<Value> {
    let person = PersonId(key);
    let lines = rows(state, directory);
    let asked = lines
        .iter()
        .filter(|row| area.is_none_or(|area| row.area.as_ref() == Some(area)))
        .filter(|row| super::asked(row, question));
    behind(indicator, asked.map(|row| (person, row)), question)
        .into_iter()
        .find(|(entry, _)| key_of(indicator, entry) == key)
        .map(|(entry, _)| entry.counted.values())
        .unwrap_or_default()
}
