//! What a script of a life holds: plain days, and what they mean.

/// How a journey came out, if nothing is written after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Open,
    Completed,
    Unplanned,
    Transferred,
    Died,
    Contradicting,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Episode {
    pub service: usize,
    pub referral: usize,
    pub triaged: i32,
    pub structured: Option<i32>,
    /// Day and reason.
    pub exit: Option<(i32, &'static str)>,
    /// Seen within it.
    pub contact: Option<i32>,
    pub journey: usize,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Journey {
    pub began: i32,
    pub area: usize,
    pub naive: bool,
    pub verdict: Verdict,
    /// The first triage of the next one.
    pub next: Option<i32>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Referral {
    pub service: usize,
    pub source: &'static str,
    pub justice: bool,
    pub on: i32,
    pub area: usize,
    pub accepted: Option<i32>,
    pub triaged: Option<i32>,
    pub rejected: Option<i32>,
    pub structured: Option<i32>,
    pub in_treatment: bool,
    pub opiate: bool,
    /// Sent to this service first, which passed it on that day: the wait counts from the first.
    pub passed_on: Option<(usize, i32)>,
}

/// A structured intervention that was asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    pub episode: usize,
    pub code: &'static str,
    pub on: i32,
    pub area: usize,
    pub offered_for: Option<i32>,
    pub started: Option<i32>,
    pub first: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Stay {
    pub received: i32,
    pub recall: bool,
    pub moved: Option<i32>,
    /// Out for a night and back.
    pub absence: Option<i32>,
    pub left: i32,
    pub way_out: WayOut,
}

/// How a stay in prison ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WayOut {
    Released,
    /// By a court, to which they had been taken.
    FromCourt,
    Escaped,
    Died,
    Deported,
}

/// What a release comes to: whether it counts, and whether the answer is yes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Release {
    pub on: i32,
    pub received: i32,
    pub area: usize,
    pub national: Option<bool>,
    pub local: Option<bool>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Kit {
    pub service: usize,
    pub area: usize,
    /// In property since; it reaches the person at release.
    pub property: Option<i32>,
    pub supplied: Option<i32>,
    pub expires: i32,
    pub used: Option<(i32, &'static str)>,
    /// Taken away on the one day, given back on the other.
    pub gone: Option<(i32, Option<i32>)>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Harm {
    pub on: i32,
    pub area: usize,
    pub death: bool,
    pub rejected: Option<i32>,
    /// Concluded on a day, from drugs or not.
    pub concluded: Option<(i32, bool)>,
}

/// Something entered in error and voided.
#[derive(Clone, Copy, Debug)]
pub(super) enum Slip {
    /// An exit of this episode on another day, with another reason.
    Exit(usize, i32),
    /// A structured start on another day.
    Start(usize, i32),
    /// A release on another day.
    Released(i32),
    /// An overdose that somebody else had.
    Overdose(i32),
    /// A kit that somebody else was given.
    Kit(i32),
}

#[derive(Clone, Debug, Default)]
pub(super) struct Life {
    pub minor: bool,
    pub residences: Vec<(i32, usize)>,
    pub episodes: Vec<Episode>,
    pub journeys: Vec<Journey>,
    pub referrals: Vec<Referral>,
    pub asked: Vec<Asked>,
    pub stays: Vec<Stay>,
    pub releases: Vec<Release>,
    pub kits: Vec<Kit>,
    pub harms: Vec<Harm>,
    pub slips: Vec<Slip>,
}
