//! The report of a return: counts, and nothing about anybody.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use throughcare_app::national::{Returned, Returning, Telling};
use throughcare_domain::national_return::changes::Change;
use throughcare_domain::national_return::{Confidence, From, Left, Month, Set, Version};

/// What was counted while the files were written.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// People of whom something is told.
    pub people: u64,
    rows: BTreeMap<&'static str, BTreeMap<&'static str, u64>>,
    rejected_episodes: u64,
    rejected: BTreeMap<String, u64>,
    warned: BTreeMap<String, u64>,
    left: BTreeMap<String, u64>,
    sealed: u64,
    /// Rows that are taken back.
    pub deleted: u64,
}

impl Counts {
    /// Counts what is told of a person.
    pub fn add(&mut self, told: &Telling) {
        self.sealed += u64::from(told.sealed);
        self.people += u64::from(!told.leaves.is_empty());
        for (part, changes) in &told.leaves {
            for (row, change) in part.rows.iter().zip(changes) {
                let of_set = self.rows.entry(row.set.as_str()).or_default();
                *of_set.entry(change.as_str()).or_default() += 1;
            }
            for fault in &part.faults {
                *self.warned.entry(fault.rule.id.clone()).or_default() += 1;
            }
        }
        for part in &told.stays {
            self.rejected_episodes += 1;
            for fault in part.faults.iter().filter(|fault| fault.rule.rejects()) {
                *self.rejected.entry(fault.rule.id.clone()).or_default() += 1;
            }
        }
        for left in &told.left {
            let why = match left {
                Left::NotConsented(reason) => reason.as_str(),
                Left::NoSet => "no_set_for_the_service",
            };
            *self.left.entry(why.to_owned()).or_default() += 1;
        }
    }

    /// Rows that stand in the files of the sets.
    pub fn rows(&self) -> u64 {
        self.rows.values().flat_map(BTreeMap::values).sum()
    }

    /// Episodes that would be rejected.
    pub fn rejected(&self) -> u64 {
        self.rejected_episodes
    }

    /// Takes up what is taken back.
    pub fn end(&mut self, returned: &Returned) {
        self.deleted = returned.deleted.len() as u64;
    }

    /// The report. It says nothing of the clock but the day by which consent was judged: the same state gives the same
    /// bytes.
    pub fn report(&self, organisation: &str, month: Month, returning: &About) -> Value {
        let fields: Vec<_> = Set::ALL
            .iter()
            .flat_map(|set| returning.version.fields(*set))
            .collect();
        let uncertain = fields
            .iter()
            .filter(|field| field.confidence != Confidence::Verified);
        let not_held = fields.iter().filter(|field| field.from == From::NotHeld);
        let named = |field: &&&_| {
            let field: &throughcare_domain::national_return::Field = field;
            format!("{}.{}", field.set.as_str(), field.name)
        };
        json!({
            "organisation": organisation,
            "month": month.to_string(),
            "dataSet": returning.version.id,
            "madeOn": returning.made_on.to_string(),
            "position": returning.position,
            "people": self.people,
            "rows": self.rows.iter().map(|(set, changes)| (*set, json!({
                "all": changes.values().sum::<u64>(),
                Change::New.as_str(): changes.get(Change::New.as_str()).unwrap_or(&0),
                Change::Corrected.as_str(): changes.get(Change::Corrected.as_str()).unwrap_or(&0),
                Change::Same.as_str(): changes.get(Change::Same.as_str()).unwrap_or(&0),
            }))).collect::<BTreeMap<_, _>>(),
            "deletions": self.deleted,
            "episodesThatWouldBeRejected": self.rejected_episodes,
            "faults": self.rejected,
            "warnings": self.warned,
            "leftOut": self.left,
            "sealedPeople": self.sealed,
            "fieldsNotHeld": not_held.map(|field| named(&field)).collect::<Vec<_>>(),
            "fieldsNotVerified": uncertain.map(|field| named(&field)).collect::<Vec<_>>(),
        })
    }
}

/// What a return is, once it is over.
pub struct About {
    /// By which version.
    pub version: &'static Version,
    /// By which day consent was judged.
    pub made_on: jiff::civil::Date,
    /// Up to where the log was known.
    pub position: u64,
}

impl About {
    /// Of a return that has not ended.
    pub fn of(returning: &Returning) -> Self {
        Self {
            version: returning.version(),
            made_on: returning.made_on(),
            position: returning.position,
        }
    }
}
