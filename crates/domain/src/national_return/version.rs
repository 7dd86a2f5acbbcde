//! Versions of the national data set, as data: `versions.csv`.

use super::{Confidence, Field, Set};
use jiff::civil::Date;
use std::sync::LazyLock;

static VERSIONS: LazyLock<Vec<Version>> = LazyLock::new(|| {
    csv::Reader::from_reader(include_bytes!("versions.csv").as_slice())
        .into_deserialize::<Version>()
        .map(|line| line.expect("a test reads every version"))
        .collect()
});

/// What is told of somebody who said no to the national statistics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unconsented {
    /// Service, client and that there is no consent; nothing else.
    Stub,
    /// Nothing.
    Omit,
}

/// A version of the data set.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub struct Version {
    /// Its letter.
    #[serde(rename = "version")]
    pub id: String,
    /// The first day whose months are sent by it.
    pub valid_from: Option<Date>,
    /// The last one.
    pub valid_to: Option<Date>,
    /// What becomes of those who said no.
    pub unconsented: Unconsented,
    /// What stands where there is no value.
    pub empty: String,
    /// How well it is known.
    pub confidence: Confidence,
    /// Where it says so.
    pub source: String,
}

impl Version {
    /// Every version, the oldest first.
    pub fn all() -> &'static [Self] {
        &VERSIONS
    }

    /// The version by which a month is sent that ends on this day.
    pub fn of(day: Date) -> Option<&'static Self> {
        Self::all().iter().find(|version| {
            version.valid_from.is_none_or(|from| from <= day) && version.valid_to.is_none_or(|to| day <= to)
        })
    }

    /// By its letter.
    pub fn find(id: &str) -> Option<&'static Self> {
        Self::all().iter().find(|version| version.id == id)
    }

    /// The fields of a set, in the order of its columns.
    pub fn fields(&self, set: Set) -> Vec<&'static Field> {
        Field::all()
            .iter()
            .filter(|field| field.set == set && field.versions.contains(&self.id))
            .collect()
    }
}
