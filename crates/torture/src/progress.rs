//! How far a drill is, for whoever waits.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar on the terminal, or nothing in tests. Clones show on the same bar.
#[derive(Clone, Debug)]
pub struct Progress(ProgressBar);

impl Progress {
    /// Shows a bar when the output is a terminal.
    pub fn shown() -> Self {
        Self(ProgressBar::no_length())
    }

    /// Shows nothing.
    pub fn hidden() -> Self {
        Self(ProgressBar::hidden())
    }

    /// Begins a stage: how much there is to do, and of what.
    pub fn stage(&self, length: u64, what: impl Into<String>) {
        let style = ProgressStyle::with_template(
            "{bar:30} {human_pos:>9} of {human_len} {msg} ({elapsed}, {eta} to go)",
        );
        self.0.reset();
        self.0.set_length(length);
        self.0
            .set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        self.0.set_message(what.into());
    }

    /// So much more is done.
    pub fn add(&self, done: u64) {
        self.0.inc(done);
    }

    /// So much is done in all.
    pub fn reach(&self, done: u64) {
        self.0.set_position(done);
    }

    /// A line above the bar.
    pub fn say(&self, line: impl AsRef<str>) {
        self.0.println(line);
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}
