//! What was known of somebody when they died or overdosed: computed from dated facts, never from a tick in a box.
//!
//! Source: `domain.md` section 7: most of those who died were not actively known to treatment, so "known" is open
//! now, within 12 months, ever, or never; deaths within four weeks of release and within six months of leaving
//! treatment are reviewed.

use crate::state::{Episode, PersonState};
use crate::when::days_between;
use jiff::{ToSpan, civil::Date};

/// Days after release in which a death is reviewed as one after release. Source: `domain.md` section 7 (four weeks).
pub const AFTER_RELEASE_DAYS: i32 = 28;

/// Months after leaving treatment in which a death is reviewed as one after treatment. Source: the same.
pub const AFTER_TREATMENT_MONTHS: i32 = 6;

/// Months in which somebody counts as recently known. Source: the same.
pub const RECENTLY_MONTHS: i32 = 12;

/// Whether treatment services knew the person on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Known {
    /// An episode was open.
    Now,
    /// None was open, and one had ended within twelve months.
    Recently,
    /// One had ended longer ago.
    Ever,
    /// There had been none.
    Never,
}

impl Known {
    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Recently => "within_12_months",
            Self::Ever => "ever",
            Self::Never => "never",
        }
    }
}

/// What was known on the day of a death or an overdose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownThen {
    /// Whether treatment knew the person.
    pub treatment: Known,
    /// Days since the last release to the community; `None` without one, or when back in custody.
    pub days_since_release: Option<i32>,
    /// Within four weeks of that release.
    pub after_release: bool,
    /// Within six months of leaving treatment, with no episode open.
    pub after_treatment: bool,
}

/// What was known of the person on a day, by the facts of that day and before. An episode that a death ended was open
/// on the day of the death.
pub fn known_then(state: &PersonState, day: Date) -> KnownThen {
    let begun = || state.episodes.iter().filter(|one| one.opened.date() <= day);
    let open = begun().any(|one| ended(one).is_none_or(|ended| ended >= day));
    let last_end = begun().filter_map(ended).filter(|ended| *ended < day).max();
    let within = |months: i32| last_end.is_some_and(|ended| day <= ended.saturating_add(months.months()));
    let treatment = match last_end {
        _ if open => Known::Now,
        None => Known::Never,
        Some(_) if within(RECENTLY_MONTHS) => Known::Recently,
        Some(_) => Known::Ever,
    };
    let released = state.custody.community_releases();
    let released = released.map(|one| one.at.date()).filter(|on| *on <= day).max();
    let inside = state.custody.spells.iter().any(|spell| {
        let left = spell.ended.map(|at| at.date());
        spell.began.date() <= day && left.is_none_or(|left| left > day)
    });
    // Whoever was received since is not released any more: a death in prison, or at large from it, follows no release.
    let back = |since: Date| {
        let mut began = state.custody.spells.iter().map(|spell| spell.began.date());
        began.any(|began| since < began && began <= day)
    };
    let days_since_release = released
        .filter(|on| !inside && !back(*on))
        .map(|on| days_between(on, day));
    KnownThen {
        treatment,
        days_since_release,
        after_release: days_since_release.is_some_and(|days| days <= AFTER_RELEASE_DAYS),
        after_treatment: !open && within(AFTER_TREATMENT_MONTHS),
    }
}

fn ended(episode: &Episode) -> Option<Date> {
    episode.exit.as_ref().map(|exit| exit.at.date())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::ReleaseEffect;
    use crate::rows::story::*;

    fn known(story: &Story, text: &str) -> &'static str {
        known_then(&story.state(), day(text)).treatment.as_str()
    }

    fn treated() -> Story {
        Story::new()
            .on("2025-01-01", referral(1, "northshire-community"))
            .on("2025-01-02", accepted(1))
            .on("2025-01-10", triaged(1, "treatment_needed"))
            .on("2025-01-10", opened(1, "northshire-community"))
            .on("2025-06-30", exit(1, "85"))
    }

    /// `domain.md` section 7 reviews deaths within four weeks of release; 5.3: a recall begins a stay of its own.
    #[test]
    fn a_death_in_prison_or_at_large_after_a_recall_follows_no_release() {
        let released_then = || {
            Story::new()
                .on("2026-01-02", received("MDI"))
                .on("2026-03-01", released("MDI", ReleaseEffect::Community, None))
        };
        let back = || released_then().on("2026-03-08", received("MDI"));
        let after = |story: Story| known_then(&story.state(), day("2026-03-20")).after_release;
        assert!(after(released_then()));
        assert!(!after(back()));
        for effect in [
            ReleaseEffect::Died,
            ReleaseEffect::AtLarge,
            ReleaseEffect::Hospital,
        ] {
            assert!(
                !after(back().on("2026-03-20", released("MDI", effect, None))),
                "{effect:?}"
            );
        }
        assert!(after(
            back().on("2026-03-20", released("MDI", ReleaseEffect::Community, None))
        ));
    }

    #[test]
    fn known_now_within_a_year_ever_and_never() {
        let story = treated();
        assert_eq!(known(&story, "2025-01-09"), "never");
        assert_eq!(known(&story, "2025-01-10"), "now");
        assert_eq!(
            known(&story, "2025-06-30"),
            "now",
            "the day of leaving is a day in treatment"
        );
        assert_eq!(known(&story, "2025-07-01"), "within_12_months");
        assert_eq!(known(&story, "2026-06-30"), "within_12_months");
        assert_eq!(known(&story, "2026-07-01"), "ever");
    }

    #[test]
    fn six_months_after_treatment_roll_back_at_the_end_of_a_month() {
        let after = |text: &str| known_then(&treated().state(), day(text)).after_treatment;
        assert!(!after("2025-06-30"));
        assert!(after("2025-07-01"));
        assert!(after("2025-12-30"));
        assert!(!after("2025-12-31"));
    }

    #[test]
    fn four_weeks_after_release_are_counted_from_the_last_one_and_not_inside() {
        let story = Story::new()
            .on("2026-01-10", received("MDI"))
            .on("2026-02-01", released("MDI", ReleaseEffect::Community, None))
            .on("2026-02-20", received("MDI"))
            .on("2026-03-10", released("MDI", ReleaseEffect::Community, None));
        let then = |text: &str| known_then(&story.state(), day(text));
        assert_eq!(then("2026-01-31").days_since_release, None);
        assert_eq!(
            (
                then("2026-02-15").days_since_release,
                then("2026-02-15").after_release
            ),
            (Some(14), true)
        );
        assert_eq!(then("2026-03-01").days_since_release, None, "in prison");
        assert!(then("2026-04-07").after_release);
        assert!(!then("2026-04-08").after_release);
    }
}
