//! How uncertain rules are read: configuration, so that a correction of the reading is no release.

/// One reading of the continuity rules. Days are civil days in London; day 0 is the day of release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Days after release within which treatment counts as picked up, the last one included.
    ///
    /// Source: `domain.md` section 2: "within 3 weeks" is published; day 0 as the release date and day 21 as
    /// included are assumed (uncertain). `cases.md` C1.
    pub window_days: i32,
    /// True: nationally the community triage date decides; false: the first structured start.
    ///
    /// Source: `domain.md` section 2, numerator (uncertain which of the two); `cases.md` C10.
    pub national_counts_triage: bool,
    /// Reasons of a prison episode's end that hand an ongoing need to the community: codes of
    /// `discharge-reasons`.
    ///
    /// Source: `domain.md` section 2, denominator: "transferred - not in custody" (seen in the published
    /// extraction protocol).
    pub national_prison_exits: Vec<String>,
    /// Age in years on the day of release from which a release belongs to the national figure.
    ///
    /// Source: `domain.md` section 2: adults 18 and over (seen).
    pub national_minimum_age: i32,
    /// Areas of residence outside England, which the national figure does not cover.
    ///
    /// Source: `domain.md` 1.3: `Z00B` is "out of England" (seen); their exclusion here is inferred.
    pub outside_england: Vec<String>,
    /// True: locally, a contact within an episode that stayed open through custody counts as picked up.
    ///
    /// Source: `cases.md` C11; `domain.md` section 2 (what is done nationally is uncertain).
    pub local_counts_open_episode: bool,
    /// True: the local figure leaves out people who died, or returned to custody with nothing in between,
    /// inside the window.
    ///
    /// Source: `cases.md` C6 and C12; `domain.md` section 2: no published exclusion was found, so that the
    /// national figure keeps them (uncertain).
    pub local_leaves_out_died_and_returned: bool,
}

impl Default for Reading {
    fn default() -> Self {
        Self {
            window_days: 21,
            national_counts_triage: true,
            national_prison_exits: vec!["83".to_owned()],
            national_minimum_age: 18,
            outside_england: vec!["Z00B".to_owned()],
            local_counts_open_episode: true,
            local_leaves_out_died_and_returned: true,
        }
    }
}
