//! Who may see a person, and who may record what about them: the coarse rules, until purposes and break-glass come.
//!
//! Two questions, asked in this order. [`visibility`]: does this organisation see the person at all, wholly,
//! or only what it sent? [`may_record`]: may this role of this organisation record this? What is out of an
//! organisation's reach is answered as if it did not exist.
//!
//! What a command needs is said in one table (`needs`); whether a caller has it is judged by the role first, then by
//! the record (`record`), where an organisation stands to a referral or an episode in one way (`side`). Every refusal
//! that says why is a [`Rule`], with an id and a sentence.
//!
//! Sources: `design.md` ("Person", "relationship"); `api.md` 5 (out of scope is 404, not 403).

mod access_log;
mod beside;
mod concerned;
mod ground;
mod justice;
mod membership;
mod needs;
mod protection;
mod purpose;
mod reach;
mod record;
mod rule;
mod seal;
mod services;
mod sharing;
mod side;
mod sight;
mod subject_access;
#[cfg(test)]
mod tests;
mod visibility;

pub use access_log::{
    OUTLIER_LEAST, OUTLIER_TIMES, is_outlier, is_told_users, may_compare_users, may_read_entries,
};
pub use beside::{Beside, may_work_beside};
pub use concerned::brought_in;
pub use ground::{Ground, grounds};
pub use membership::{Claimed, Membership, is_shown_members, may_keep_members, membership};
pub use protection::answers_for;
pub use purpose::{Purpose, narrowed};
pub use reach::{Whose, emergency_looks, figures, lists, withholds_small_numbers};
pub use record::{kept_out_by_role, may_record, needs_sight_alone};
pub use rule::Rule;
pub use seal::{Viewer, is_warned, left_without, may_seal, sealed_from};
pub use services::Narrowed;
pub use sight::{MOST_GLASS_HOURS, REVIEW_WITHIN_WORKING_DAYS, glass, may_take_on_by_itself, review_due_on};
pub use subject_access::{Held, how_much_is_held};
pub use visibility::{
    Sight, Visibility, handed_over_to, kept_out, own_events, sees_all_by_care, sees_by_care, sees_identity,
    sight, visibility,
};

/// May it be recorded?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Yes.
    Allowed,
    /// Answer as if what the command names did not exist.
    NotFound,
    /// No; the caller knows of it, and the sentence (of a [`Rule`]) says who may.
    WrongRole(&'static str),
}
