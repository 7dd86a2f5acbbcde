//! The last result of each drill, kept with the code: `RESULTS.md`.

use crate::{Report, machine};
use anyhow::{Context as _, Result};
use std::fmt::Write as _;
use std::io::ErrorKind;
use std::path::Path;

const PREFACE: &str = "# The last result of each drill\n\n\
    Written by `cargo run --release -p torture -- NAME --long --record`, one section for each drill, only when it \
    passed.\n";

/// Writes a report into its section of a file, and leaves the other sections.
///
/// # Errors
/// When the file cannot be read or written.
pub fn write(file: &Path, report: &Report) -> Result<()> {
    let before = match std::fs::read_to_string(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        other => other.with_context(|| format!("cannot read {}", file.display()))?,
    };
    let after = replace(&before, report.name, &section(report, &machine::today())?);
    std::fs::write(file, after).with_context(|| format!("cannot write {}", file.display()))
}

fn section(report: &Report, date: &str) -> Result<String> {
    let mut text = format!("## {}\n\n{}: {}.\n\n", report.name, report.promise, report.proves);
    let long = if report.long { " --long" } else { "" };
    let memory = machine::memory_gib().map_or_else(String::new, |gib| format!(", {gib} GiB"));
    writeln!(
        text,
        "{date}, {} cores{memory}, PostgreSQL {}: `cargo run --release -p torture -- {}{long} --seed {}` took {:.0} s.\n",
        machine::cores(),
        report.postgres,
        report.name,
        report.seed,
        report.took.as_secs_f64()
    )?;
    text.push_str("| | |\n|---|---:|\n");
    for (what, value) in &report.figures {
        writeln!(text, "| {what} | {value} |")?;
    }
    writeln!(text, "| **promises broken** | **{}** |", report.broken())?;
    text.push_str("\nPlanted, and seen by the same checks:\n\n");
    for control in &report.controls {
        writeln!(text, "- {}: {}", control.fault, control.how)?;
    }
    Ok(text)
}

/// Puts a section in the place of the one of that name, or in its alphabetical place.
fn replace(file: &str, name: &str, section: &str) -> String {
    let mut sections: Vec<(&str, &str)> = Vec::new();
    let mut rest = file.split_once("\n## ").map_or("", |(_, rest)| rest);
    while !rest.is_empty() {
        let (one, after) = rest.split_once("\n## ").unwrap_or((rest, ""));
        sections.push((one.lines().next().unwrap_or_default(), one));
        rest = after;
    }
    sections.retain(|(other, _)| *other != name);
    sections.push((name, section.trim_start_matches("## ")));
    sections.sort_unstable_by_key(|(name, _)| *name);
    let mut text = PREFACE.to_owned();
    for (_, body) in sections {
        text.push_str("\n## ");
        text.push_str(body.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_sections_when_one_is_written_again_then_the_others_stay() {
        let first = replace("", "order", "## order\n\nold\n");
        let second = replace(&first, "crash", "## crash\n\nnew\n");
        let third = replace(&second, "order", "## order\n\nnewer\n");
        assert_eq!(
            third,
            format!("{PREFACE}\n## crash\n\nnew\n\n## order\n\nnewer\n")
        );
    }

    #[test]
    fn a_section_tells_date_machine_figures_and_faults() {
        let mut report = Report::new("15.9");
        report.name = "order";
        report.figure("events", 12);
        report.control("a naive reader", true, "lost 3");
        let text = section(&report, "2026-07-01").unwrap();
        for part in [
            "2026-07-01",
            "PostgreSQL 15.9",
            "| events | 12 |",
            "- a naive reader: lost 3",
        ] {
            assert!(text.contains(part), "{part} is not in {text}");
        }
    }
}
