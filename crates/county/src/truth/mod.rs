//! A county whose simulator knows the true answers.
//!
//! Each person's life is written from a seed as a script ([`life`], [`script`]): what happened on which day, and what it means ("picked
//! up on day 17", "a transfer that reached nobody"). From the script alone the answer to every indicator is booked, by
//! quarter, area and service ([`books`]), with arithmetic of days of its own ([`days`]); and from the script the facts are
//! made, told late, out of order and with corrections. No rule of the domain is called: its facts are written, and nothing
//! of it is asked. Whoever folds the facts and counts must come to the books.
//!
//! Source: issue 8 (a simulated county whose simulator knows the true answers from its own script).

mod books;
mod compare;
mod days;
mod life;
mod places;
mod script;
mod tell;

pub use books::{Books, INDICATORS, NOT_BOOKED, Scope, Tally};
pub use compare::{Counting, Difference};
pub use days::{QUARTERS, quarter};
pub use places::{AREAS, SERVICES, directory};

use crate::dice::{Dice, seed_of};
use throughcare_domain::event::RecordedEvent;
use throughcare_domain::id::PersonId;
use uuid::Uuid;

/// What keeps these lives apart from those of the other county.
const SALT: u64 = 0x7275_7468;

/// Writes one person's life: books the answers, and gives the events in the order in which they were recorded.
pub fn person(seed: u64, number: u32, books: &mut Books) -> (PersonId, Vec<RecordedEvent>) {
    let person = PersonId(Uuid::from_u128(u128::from(number) + 1));
    let mut dice = Dice::new(seed_of(seed ^ SALT, number));
    let life = life::written(&mut dice);
    books.book(&life);
    let events = tell::events(person, &life, &mut dice);
    (person, events)
}

/// The script of one person, for whoever looks for the reason of a difference.
pub fn script(seed: u64, number: u32) -> String {
    let mut dice = Dice::new(seed_of(seed ^ SALT, number));
    format!("{:#?}", life::written(&mut dice))
}
