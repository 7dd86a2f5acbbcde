//! What a drill did, and what it found.

use crate::{Drill, Scale};
use std::fmt;
use std::time::Duration;

/// Most violations that are kept word for word; further ones are counted.
const KEPT: usize = 20;

/// What was done, counted; what broke; and whether planted faults were seen.
#[derive(Clone, Debug, Default)]
pub struct Report {
    pub(crate) name: &'static str,
    pub(crate) promise: &'static str,
    pub(crate) proves: &'static str,
    pub(crate) long: bool,
    pub(crate) seed: u64,
    pub(crate) took: Duration,
    pub(crate) postgres: String,
    pub(crate) figures: Vec<(String, String)>,
    pub(crate) controls: Vec<Control>,
    violations: Vec<String>,
    found: usize,
}

/// A fault that was planted, or a guard that was taken out: the checks must see it.
#[derive(Clone, Debug)]
pub(crate) struct Control {
    pub fault: String,
    pub seen: bool,
    pub how: String,
}

impl Report {
    /// An empty one, on a server of that version.
    pub fn new(postgres: impl Into<String>) -> Self {
        Self {
            postgres: postgres.into(),
            ..Self::default()
        }
    }

    /// Tells a figure, such as how many events were acknowledged.
    pub fn figure(&mut self, what: impl Into<String>, value: impl fmt::Display) {
        self.figures.push((what.into(), value.to_string()));
    }

    /// Tells a broken promise. It must hold nothing personal; drills make up their people.
    pub fn violation(&mut self, what: impl Into<String>) {
        self.found += 1;
        if self.violations.len() < KEPT {
            self.violations.push(what.into());
        }
    }

    /// [`Report::violation`] for each.
    pub fn violations<T: Into<String>>(&mut self, what: impl IntoIterator<Item = T>) {
        for one in what {
            self.violation(one);
        }
    }

    /// Tells of a planted fault, or of a guard taken out, whether the drill's own checks saw it, and what they saw.
    pub fn control(&mut self, fault: impl Into<String>, seen: bool, how: impl Into<String>) {
        self.controls.push(Control {
            fault: fault.into(),
            seen,
            how: how.into(),
        });
    }

    /// How many promises were broken.
    pub fn broken(&self) -> usize {
        self.found
    }

    /// True when nothing broke and every planted fault was seen. A drill without a planted fault proves nothing.
    pub fn passed(&self) -> bool {
        self.found == 0 && !self.controls.is_empty() && self.controls.iter().all(|control| control.seen)
    }

    pub(crate) fn describe(&mut self, drill: &Drill, scale: Scale, seed: u64, took: Duration) {
        self.name = drill.name;
        self.promise = drill.promise;
        self.proves = drill.proves;
        self.long = scale == Scale::Long;
        self.seed = seed;
        self.took = took;
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let form = if self.long { "long" } else { "short" };
        writeln!(
            f,
            "{} ({}, {form} form, seed {}): {}",
            self.name, self.promise, self.seed, self.proves
        )?;
        for (what, value) in &self.figures {
            writeln!(f, "  {value:>12}  {what}")?;
        }
        for control in &self.controls {
            let seen = if control.seen { "seen" } else { "NOT SEEN" };
            writeln!(f, "  planted: {} - {seen}: {}", control.fault, control.how)?;
        }
        for violation in &self.violations {
            writeln!(f, "  BROKEN: {violation}")?;
        }
        if self.found > self.violations.len() {
            writeln!(f, "  BROKEN: and {} more", self.found - self.violations.len())?;
        }
        let verdict = match (self.found, self.passed()) {
            (0, true) => "held",
            (0, false) => "proves nothing: a planted fault was not seen, or none was planted",
            _ => "BROKEN",
        };
        write!(f, "  {verdict}, in {:.1} s", self.took.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_nothing_planted_when_nothing_breaks_then_nothing_is_proved() {
        assert!(!Report::new("15").passed());
    }

    #[test]
    fn given_a_planted_fault_when_it_is_not_seen_then_the_drill_fails() {
        let mut report = Report::new("15");
        report.control("one", true, "lost 3");
        assert!(report.passed());
        report.control("other", false, "");
        assert!(!report.passed());
    }

    #[test]
    fn given_more_violations_than_are_kept_then_all_are_counted() {
        let mut report = Report::new("15");
        report.control("one", true, "lost 3");
        report.violations((0..KEPT + 5).map(|number| format!("lost {number}")));
        assert!(!report.passed());
        assert_eq!(report.broken(), KEPT + 5);
        assert!(report.to_string().contains("and 5 more"));
    }
}
