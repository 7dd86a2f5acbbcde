//! The lists that come with the program: the seed which the store loads into versioned rows.
//!
//! Sources: `domain.md` 1.4 (NDTMS codes; `rfls` of `referral-sources` is the national code of the sets H to K, where
//! one stands for the source alone), 4 (who supplies naloxone), 5.1 and 5.2 (justice), 5.3 (movements), 5.4 (areas), section 9 (prisons); the NHS data
//! dictionary for sex and ethnicity; `www.gov.uk/bank-holidays` for England and Wales, for years that are not published
//! yet the Banking and Financial Dealings Act 1971. Codes which these lists invent are marked `local`.

use super::list::{CodeList, ListError};

/// The version of the bundled lists: the day on which any of them was last changed. A list is loaded once under each
/// version, so whoever changes one moves this date.
pub const BUNDLED_VERSION: &str = "2026-11-24";

macro_rules! lists {
    ($($name:literal),* $(,)?) => {
        /// Name and CSV text of every bundled list.
        pub const BUNDLED: &[(&str, &str)] = &[
            $(($name, include_str!(concat!("../../reference-data/", $name, ".csv")))),*
        ];
    };
}

lists![
    "agreement-end-reasons",
    "appointment-cancellers",
    "appointment-kinds",
    "appointment-miss-reasons",
    "areas",
    "assessment-lapse-reasons",
    "assessment-miss-reasons",
    "bail-conditions",
    "bail-kinds",
    "bank-holidays",
    "break-glass-outcomes",
    "break-glass-reasons",
    "bridging-medicines",
    "care-plan-goals",
    "cohort-leaving-reasons",
    "cohorts",
    "consent-wordings",
    "correction-reasons",
    "court-outcomes",
    "court-requirements",
    "custody-movements",
    "death-conclusions",
    "death-rejection-reasons",
    "death-report-sources",
    "death-suspicions",
    "discharge-reasons",
    "drug-test-drugs",
    "drug-test-results",
    "drug-test-triggers",
    "erasure-bases",
    "erasure-withdrawal-reasons",
    "ethnicities",
    "exit-rescission-reasons",
    "follow-up-outcomes",
    "hold-reasons",
    "identity-attestations",
    "intervention-components",
    "intervention-exits",
    "intervention-settings",
    "interventions",
    "kit-confiscators",
    "kit-loss-reasons",
    "legal-hold-grounds",
    "legal-hold-lift-reasons",
    "liaison-outcomes",
    "liaison-places",
    "merge-undoing-reasons",
    "mismatch-reasons",
    "naloxone-decline-reasons",
    "naloxone-products",
    "naloxone-recipients",
    "naloxone-suppliers",
    "naloxone-supply-places",
    "naloxone-use-outcomes",
    "naloxone-use-places",
    "need-clearing-reasons",
    "needs-and-risks",
    "objection-outcomes",
    "objection-purposes",
    "offence-groups",
    "out-of-court-resolutions",
    "outreach-outcomes",
    "outreach-places",
    "overdose-outcomes",
    "overdose-review-outcomes",
    "placement-end-reasons",
    "placement-kinds",
    "placement-providers",
    "police-forces",
    "populations",
    "presence-attestations",
    "prevalence-estimates",
    "prisons",
    "recall-contacts",
    "recall-end-reasons",
    "recall-reasons",
    "referral-on-release",
    "referral-sources",
    "rejection-reasons",
    "release-plan-changes",
    "requirement-end-reasons",
    "resolution-conditions",
    "resolution-outcomes",
    "restriction-grounds",
    "restriction-lift-reasons",
    "seal-lift-reasons",
    "seal-reasons",
    "service-kinds",
    "sexes",
    "sharing-bases",
    "sharing-scopes",
    "stock-removal-reasons",
    "substances",
    "tags",
    "triage-outcomes",
    "waiting-list-removal-reasons",
    "withdrawal-reasons",
    "worker-trainings",
    "young-people-exit-reasons",
    "young-people-onward-referrals",
];

/// Lists that come without codes: whoever runs the program loads what was published for its areas, with source and year
/// (`throughcare reference load`).
pub const LOADED_HERE: [&str; 2] = ["populations", "prevalence-estimates"];

/// Reads every bundled list.
///
/// # Errors
/// When a bundled file is no code list; a test of each file keeps that from happening.
pub fn bundled_lists() -> Result<Vec<CodeList>, ListError> {
    BUNDLED
        .iter()
        .map(|(name, text)| CodeList::from_csv(name, BUNDLED_VERSION, text))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::{AreaCode, PrisonCode};
    use crate::fact::ServiceKind;

    fn read(name: &str) -> CodeList {
        let (_, text) = BUNDLED.iter().find(|(bundled, _)| *bundled == name).unwrap();
        CodeList::from_csv(name, BUNDLED_VERSION, text).unwrap()
    }

    #[test]
    fn every_list_reads_and_has_codes() {
        for (name, text) in BUNDLED {
            let list = CodeList::from_csv(name, BUNDLED_VERSION, text).unwrap_or_else(|e| panic!("{e}"));
            let codes = list.entries().len();
            assert!(codes >= 2 || (codes == 0 && LOADED_HERE.contains(name)), "{name}");
        }
    }

    #[test]
    fn every_file_of_the_folder_is_bundled() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/reference-data");
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| {
                file.unwrap()
                    .path()
                    .file_stem()
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned()
            })
            .collect();
        files.sort();
        assert_eq!(files, BUNDLED.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    }

    #[test]
    fn every_label_is_plain_english() {
        for (name, _) in BUNDLED {
            for entry in read(name).entries() {
                let label = &entry.label;
                let place = format!("{name} {}: {label}", entry.code);
                assert!(label.starts_with(|c: char| c.is_ascii_uppercase()), "{place}");
                assert_eq!(label.trim(), label, "{place}");
                assert!(!label.contains('_') && !label.contains("  "), "{place}");
                assert!(label.chars().all(|c| c == ' ' || c.is_ascii_graphic()), "{place}");
            }
        }
    }

    #[test]
    fn words_as_codes_are_ours_and_numbers_are_national() {
        for (name, _) in BUNDLED {
            for entry in read(name).entries() {
                let word = entry.code.as_str().starts_with(|c: char| c.is_ascii_lowercase());
                let local = entry.origin == super::super::CodeOrigin::Local;
                let demo = *name == "areas" && entry.code.as_str().starts_with('X');
                assert_eq!(local, word || demo, "{name} {}", entry.code);
            }
        }
    }

    #[test]
    fn areas_prisons_and_kinds_of_service_fit_their_types() {
        for entry in read("areas").entries() {
            assert!(AreaCode::parse(entry.code.as_str()).is_ok(), "{}", entry.code);
        }
        for entry in read("prisons").entries() {
            assert!(PrisonCode::parse(entry.code.as_str()).is_ok(), "{}", entry.code);
        }
        let kinds = read("service-kinds");
        let listed: Vec<_> = kinds.entries().iter().map(|entry| entry.code.as_str()).collect();
        assert_eq!(listed, ServiceKind::ALL.map(ServiceKind::as_str));
    }
}
