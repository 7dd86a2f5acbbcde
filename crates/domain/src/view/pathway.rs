//! Where a person stands: setting, treatment and continuity.

use super::continuity::ContinuityTrack;
use super::setting::SettingTrack;
use super::treatment::TreatmentTrack;
use crate::continuity::Reading;
use crate::state::PersonState;
use jiff::civil::Date;

/// The three tracks of a pathway at the end of a day. Each names the events that set it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pathway {
    /// Where the person is.
    pub setting: SettingTrack,
    /// How far treatment has come.
    pub treatment: TreatmentTrack,
    /// Whether care goes on after release.
    pub continuity: ContinuityTrack,
}

impl Pathway {
    /// The pathway of a person whose state was folded from what was true and known, with days counted to
    /// `as_of`, under the default reading of the continuity rules.
    pub fn of(state: &PersonState, as_of: Date) -> Self {
        Self::read(state, as_of, &Reading::default())
    }

    /// As [`Self::of`], under a reading of the continuity rules.
    pub fn read(state: &PersonState, as_of: Date, reading: &Reading) -> Self {
        Self {
            setting: SettingTrack::of(state, as_of),
            treatment: TreatmentTrack::of(state, as_of),
            continuity: ContinuityTrack::of(state, as_of, reading),
        }
    }
}
