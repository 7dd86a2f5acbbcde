//! Makes the county: person by person, then in order of recording.

use crate::entry::Entry;
use crate::error::CountyError;
use crate::handful::Handful;
use crate::opening::open;
use crate::plan::Plan;
use crate::story;
use crate::tell::tell;
use throughcare_domain::directory::Directory;
use throughcare_domain::reference::ReferenceData;

/// Makes people one by one, in any order, for callers who stream or share the work out.
pub struct Maker<'a> {
    plan: Plan,
    reference: &'a ReferenceData,
    opening: Vec<Entry>,
    directory: Directory,
}

impl<'a> Maker<'a> {
    /// Opens the county's organisations and services.
    ///
    /// # Errors
    /// When the plan is out of bounds.
    pub fn new(plan: Plan, reference: &'a ReferenceData) -> Result<Self, CountyError> {
        plan.check()?;
        let (opening, directory) = open(&plan, reference)?;
        Ok(Self {
            plan,
            reference,
            opening,
            directory,
        })
    }

    /// The entries of organisations and services; all are recorded before any of a person.
    pub fn opening(&self) -> &[Entry] {
        &self.opening
    }

    /// Who there is in the county.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// The entries of one person, by number from 0, in order of recording. None for somebody about whom
    /// nothing was recorded by the plan's end.
    ///
    /// # Errors
    /// When a story and the rules disagree: a bug of this crate.
    pub fn person(&self, number: u32) -> Result<Vec<Entry>, CountyError> {
        let script = story::write(number, &self.plan);
        tell(script, &self.plan, self.reference, &self.directory)
    }
}

/// A county, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct County {
    /// The plan it was made from.
    pub plan: Plan,
    /// Every entry, in order of recording.
    pub entries: Vec<Entry>,
    /// Ids worth showing.
    pub shown: Handful,
}

impl County {
    /// Makes a county in memory. `progress` is told after every person how many are done, and of how many.
    ///
    /// # Errors
    /// When the plan is out of bounds, or when a story and the rules disagree.
    pub fn make(
        plan: Plan,
        reference: &ReferenceData,
        mut progress: impl FnMut(u32, u32),
    ) -> Result<Self, CountyError> {
        let maker = Maker::new(plan, reference)?;
        let mut entries = maker.opening().to_vec();
        let mut shown = Handful::default();
        for number in 0..plan.people {
            let person = maker.person(number)?;
            shown.see(number, &person);
            entries.extend(person);
            progress(number + 1, plan.people);
        }
        // Stable: people recorded in the same instant stay in order of their numbers.
        entries.sort_by_key(|entry| entry.recorded_at);
        Ok(Self { plan, entries, shown })
    }

    /// How many events the entries hold.
    pub fn events(&self) -> usize {
        self.entries.iter().map(|entry| entry.drafts.len()).sum()
    }
}
