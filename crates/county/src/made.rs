//! Makes the county: person by person, then in order of recording.

use crate::books::Books;
use crate::dice::later;
use crate::entry::Entry;
use crate::error::CountyError;
use crate::handful::Handful;
use crate::handover::Handover;
use crate::opening::{DAYS_BEFORE, open};
use crate::plan::Plan;
use crate::story;
use crate::tell::tell;
use crate::years;
use jiff::Timestamp;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use throughcare_domain::directory::Directory;
use throughcare_domain::reference::ReferenceData;

/// Makes people one by one, in any order, for callers who stream or share the work out.
///
/// Several threads can share one: what it makes of a person depends on the plan and the person's number alone.
/// It remembers nobody.
pub struct Maker<'a> {
    plan: Plan,
    reference: &'a ReferenceData,
    opening: Vec<Entry>,
    services: Vec<Entry>,
    directory: Directory,
    handover: Option<Handover>,
}

impl<'a> Maker<'a> {
    /// Opens the county's organisations and services, and tells what becomes of them.
    ///
    /// # Errors
    /// When the plan is out of bounds.
    pub fn new(plan: Plan, reference: &'a ReferenceData) -> Result<Self, CountyError> {
        plan.check()?;
        let mut books = Books::new(&plan, reference, later(plan.from, -DAYS_BEFORE));
        open(&mut books)?;
        let (opened, before) = (books.entries.len(), books.directory.clone());
        years::go_by(&mut books)?;
        let Books {
            entries: mut opening,
            directory,
            ..
        } = books;
        let services = opening.split_off(opened);
        let handover = Handover::of(&directory, before, &services);
        Ok(Self {
            plan,
            reference,
            opening,
            services,
            directory,
            handover,
        })
    }

    /// The entries of organisations and services; all are recorded before any of a person.
    pub fn opening(&self) -> &[Entry] {
        &self.opening
    }

    /// The entries of organisations and services while people's stories go on, in order of recording: naloxone that
    /// comes and goes, and a contract that moves.
    pub fn services(&self) -> &[Entry] {
        &self.services
    }

    /// Who there is in the county, at its end.
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
        tell(
            script,
            &self.plan,
            self.reference,
            &self.directory,
            self.handover.as_ref(),
        )
    }

    /// When the first entry of a person is recorded: what [`Maker::person`] begins with, without deciding
    /// anything. None for somebody about whom nothing is recorded.
    pub fn begins(&self, number: u32) -> Option<Timestamp> {
        let script = story::write(number, &self.plan);
        let recorded = script.steps.iter().map(|step| step.recorded_at);
        recorded.filter(|at| *at < self.plan.end()).min()
    }

    /// The entries of everybody, in order of their numbers, made by as many threads as there are processors.
    fn everybody(&self, progress: &mut impl FnMut(u32, u32)) -> Result<Vec<Vec<Entry>>, CountyError> {
        let people = self.plan.people;
        let mut made: Vec<Vec<Entry>> = vec![Vec::new(); people as usize];
        let threads = std::thread::available_parallelism().map_or(1, |threads| threads.get().min(16));
        let next = AtomicU32::new(0);
        std::thread::scope(|scope| {
            let (tell, told) = mpsc::sync_channel(64);
            for _ in 0..threads {
                let (tell, next) = (tell.clone(), &next);
                scope.spawn(move || {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        // A closed channel means that somebody else's story failed.
                        if number >= people || tell.send((number, self.person(number))).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(tell);
            for (done, (number, person)) in (1..).zip(told) {
                made[number as usize] = person?;
                progress(done, people);
            }
            Ok(())
        })?;
        Ok(made)
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
        for (number, person) in (0..).zip(maker.everybody(&mut progress)?) {
            shown.see(number, &person);
            entries.extend(person);
        }
        entries.extend_from_slice(maker.services());
        // Stable: people recorded in the same instant stay in order of their numbers, and services come last.
        entries.sort_by_key(|entry| entry.recorded_at);
        Ok(Self { plan, entries, shown })
    }

    /// How many events the entries hold.
    pub fn events(&self) -> usize {
        self.entries.iter().map(|entry| entry.drafts.len()).sum()
    }
}
