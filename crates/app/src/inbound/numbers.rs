//! Two numbers that are one person's, or are not any more: recorded on the records that hold them, and left to somebody
//! where two records hold them.

use super::Sent;
use super::apply::{DECIDED_AT_ONCE, ROUNDS};
use crate::App;
use crate::error::AppError;
use crate::reach::EVERYBODY;
use crate::write::blind;
use std::collections::BTreeSet;
use std::sync::Arc;
use throughcare_domain::command::{Asked, Command};
use throughcare_domain::history::History;
use throughcare_domain::hmpps::{Meaning, Numbers, NumbersStep, numbers_due, stand_joined};
use throughcare_domain::id::PersonId;
use throughcare_domain::when::Occurred;

impl App {
    /// The records that hold one of two numbers, in the order of the numbers.
    pub(super) async fn holders_of(
        &self,
        numbers: &Numbers,
    ) -> Result<Vec<(PersonId, Arc<History>)>, AppError> {
        let mut found: Vec<(PersonId, Arc<History>)> = Vec::new();
        for number in [&numbers.kept, &numbers.other] {
            let blind = blind(&self.inner.store, number);
            let holders = self.inner.store.find_claim(&EVERYBODY, number.kind(), &blind);
            for stream in holders.await? {
                let person = PersonId(stream.id);
                if found.iter().all(|(known, _)| *known != person) {
                    found.push((person, self.history(person).await?));
                }
            }
        }
        Ok(found)
    }

    /// Has the records that hold one of two numbers say what all messages together say of them.
    pub(super) async fn settle_numbers(&self, pair: &Numbers) -> Result<(), AppError> {
        let blinds = [&pair.kept, &pair.other].map(|number| blind(&self.inner.store, number));
        for _ in 0..ROUNDS {
            let told = self.told_of(&blinds).await?;
            let of_pair = |sent: &&Sent| match &sent.meaning {
                Meaning::Numbers(one) => {
                    [&one.kept, &one.other] == [&pair.kept, &pair.other]
                        || [&one.kept, &one.other] == [&pair.other, &pair.kept]
                }
                _ => false,
            };
            let told: Vec<&Sent> = told.iter().filter(of_pair).collect();
            let numbers: Vec<Numbers> = told.iter().filter_map(|sent| numbers_of(sent)).collect();
            let joined = stand_joined(pair, &numbers);
            // What counts was told by the last message that says so.
            let says = |sent: &&&Sent| numbers_of(sent).is_some_and(|one| one.joined == joined);
            let Some(by) = told
                .iter()
                .filter(says)
                .max_by_key(|sent| numbers_of(sent).map(|one| one.at))
            else {
                return Ok(()); // gone meanwhile, with an erased person
            };
            let holders = self.holders_of(pair).await?;
            if holders.is_empty() {
                return self.note_all(&told, "held", None).await;
            }
            let people: BTreeSet<PersonId> = holders.iter().map(|(_, history)| history.person()).collect();
            if joined && people.len() > 1 && two_people(&holders) {
                return self
                    .note_all(&told, "set_aside", Some("marked_never_to_match"))
                    .await;
            }
            let (mut to_part, mut recorded) = (!joined && holders.len() > people.len(), false);
            for (person, history) in &holders {
                let due = numbers_due(history, pair, joined, &by.key);
                to_part |= due.to_part;
                for step in due.steps {
                    let (command, source) = match step {
                        NumbersStep::Record(number, source) => (Command::RecordIdentifier(number), source),
                        NumbersStep::Withdraw(recorded_by, source) => {
                            (Command::WithdrawIdentifier { recorded_by }, source)
                        }
                    };
                    let asked = Asked {
                        under: String::new(),
                        occurred: Occurred::At(numbers_of(by).map_or(pair.at, |one| one.at)),
                        note: None,
                        command,
                    };
                    match self.put_down(*person, asked, by, Some(source)).await {
                        Ok(()) => recorded = true,
                        // Done on another node just now; or taken back by staff, whose word stands.
                        Err(AppError::DuplicateReference { .. }) => {}
                        Err(AppError::Refused(_) | AppError::WrongRole(_)) => {
                            return self.note_all(&told, "refused", Some("not_recorded")).await;
                        }
                        Err(other) => return Err(other),
                    }
                }
            }
            if recorded {
                continue;
            }
            let state = match (joined, people.len() > 1, to_part) {
                (true, true, _) => "to_join",
                (false, _, true) => "to_part",
                _ => "applied",
            };
            for sent in &told {
                let state = if sent.id == by.id { state } else { "applied" };
                self.inner.store.note_message(sent.id, state, None).await?;
            }
            return Ok(());
        }
        Err(AppError::Busy)
    }

    async fn note_all(&self, told: &[&Sent], state: &str, reason: Option<&str>) -> Result<(), AppError> {
        for sent in told {
            self.inner.store.note_message(sent.id, state, reason).await?;
        }
        Ok(())
    }

    /// Looks whether what somebody has to decide was decided.
    pub(super) async fn look_at_questions(&self) -> Result<(), AppError> {
        for message in self.inner.store.messages_to_decide(DECIDED_AT_ONCE).await? {
            let sent = self.sent(&message).await;
            if let Some(numbers) = sent.as_ref().and_then(numbers_of) {
                // What one of them is refused does not stop the others.
                let settled = self.settle_numbers(&numbers).await;
                if let Err(error @ (AppError::Unavailable(_) | AppError::Unknown)) = settled {
                    return Err(error);
                }
            }
        }
        Ok(())
    }
}

pub(super) fn numbers_of(sent: &Sent) -> Option<Numbers> {
    match &sent.meaning {
        Meaning::Numbers(numbers) => Some(numbers.clone()),
        Meaning::Movement(_) | Meaning::Kept(_) => None,
    }
}

/// Somebody said that these are two people, by a mark or by undoing a merge (`cases.md` I3).
pub(super) fn two_people(holders: &[(PersonId, Arc<History>)]) -> bool {
    holders.iter().enumerate().any(|(at, (one, history))| {
        let mut others = holders[at + 1..].iter();
        others.any(|(other, theirs)| {
            history.now().never_match(*one, *other) || theirs.now().never_match(*one, *other)
        })
    })
}
