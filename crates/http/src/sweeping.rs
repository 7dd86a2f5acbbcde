//! Sweeping is limited: nobody tries identifier after identifier to learn who is known here.
//!
//! Source: issue 5, "Proof". Looking people up by identifier (`POST /v1/people/search`) and looking in an emergency
//! (`POST /v1/break-glass`) each have a limit for a user and one for all of an organisation, counted by each node by
//! itself and in memory alone. A person is counted under their own name also where a system proves on whose behalf it
//! asks; a system by itself is counted as its client. Emergencies have places of their own, so that whoever has searched
//! too much is still let in where a life hangs on it. What is refused uses up nothing.
//!
//! Auditors see who searches much in `GET /v1/access-log/users`, with or without success.

use crate::problem::{Problem, ProblemKind};
use axum::http::{HeaderValue, header};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::{counter::Counter, family::Family};
use prometheus_client::registry::Registry;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use throughcare_app::Caller;

/// Searches of one user in a minute, and in an hour: more than a busy morning at a front desk needs.
pub const SEARCHES: Rates = Rates {
    minute: 30,
    hour: 300,
};
/// Emergencies of one user in a minute, and in an hour: more than anybody treats.
pub const EMERGENCIES: Rates = Rates { minute: 20, hour: 60 };
/// Messages with which a user tries a receiver in a minute, and in an hour: more than setting one up takes.
pub const WEBHOOK_TESTS: Rates = Rates { minute: 6, hour: 60 };
/// How many users' worth an organisation has in all.
pub const ORGANISATION_TIMES: u32 = 10;
/// Users and organisations remembered at most, some 3 MiB; whoever has used up least is forgotten first.
pub const MOST_REMEMBERED: usize = 16_384;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// How often something may be done. Places come back evenly.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    /// In a minute, and at once.
    pub minute: u32,
    /// In an hour.
    pub hour: u32,
}

impl Rates {
    const fn times(self, times: u32) -> Self {
        Self {
            minute: self.minute * times,
            hour: self.hour * times,
        }
    }
}

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lookup {
    /// Finding people by identifier.
    Search,
    /// Looking in an emergency.
    Emergency,
    /// Having the program send somebody a message that tells of nothing.
    WebhookTest,
}

impl Lookup {
    const fn rates(self) -> Rates {
        match self {
            Self::Search => SEARCHES,
            Self::Emergency => EMERGENCIES,
            Self::WebhookTest => WEBHOOK_TESTS,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::Emergency => "emergency",
            Self::WebhookTest => "webhook_test",
        }
    }
}

/// Whose places.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Whose {
    User { organisation: String, user: String },
    Client(String),
    Organisation(String),
}

impl Whose {
    const fn as_str(&self) -> &'static str {
        match self {
            Self::User { .. } => "user",
            Self::Client(_) => "client",
            Self::Organisation(_) => "organisation",
        }
    }
}

/// When all places are free again, by minute and by hour: all that a bucket of evenly returning places needs.
#[derive(Clone, Copy, Debug)]
struct Free {
    minute: Instant,
    hour: Instant,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    lookup: &'static str,
    whose: &'static str,
}

/// Who has used up how much. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Lookups {
    used: Arc<Mutex<HashMap<(Lookup, Whose), Free>>>,
    refused: Family<Labels, Counter>,
}

impl Lookups {
    /// Takes a place for the caller and one for their organisation.
    ///
    /// # Errors
    /// `too_many_requests`, with the time after which there is a place again.
    pub fn take(&self, lookup: Lookup, caller: &Caller) -> Result<(), Problem> {
        let organisation = caller.organisation().to_string();
        let person = caller.actor.user.as_ref().or(caller.on_behalf_of.as_ref());
        let who = match person {
            Some(user) => Whose::User {
                organisation: organisation.clone(),
                user: user.clone(),
            },
            None => Whose::Client(caller.actor.client.clone()),
        };
        self.take_at(lookup, who, organisation, Instant::now())
    }

    /// Puts the refusals on the metrics page.
    pub fn register(&self, page: &mut Registry) {
        page.register(
            "throughcare_lookups_refused",
            "Searches, looks in an emergency and tests of webhooks refused because there were too many, by whose limit it was",
            self.refused.clone(),
        );
    }

    fn take_at(&self, lookup: Lookup, who: Whose, organisation: String, now: Instant) -> Result<(), Problem> {
        let rates = lookup.rates();
        let asked = [
            ((lookup, who), rates),
            (
                (lookup, Whose::Organisation(organisation)),
                rates.times(ORGANISATION_TIMES),
            ),
        ];
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken = Vec::with_capacity(asked.len());
        for (whose, rates) in asked {
            match free_after(used.get(&whose), rates, now) {
                Ok(free) => taken.push((whose, free)),
                Err(wait) => {
                    let labels = Labels {
                        lookup: lookup.as_str(),
                        whose: whose.1.as_str(),
                    };
                    drop(used);
                    self.refused.get_or_create(&labels).inc();
                    return Err(refused(lookup, &whose.1, wait));
                }
            }
        }
        for (whose, free) in taken {
            make_room(&mut used, &whose, now);
            used.insert(whose, free);
        }
        Ok(())
    }
}

/// When all places are free once one more is taken; otherwise how long until one is.
fn free_after(used: Option<&Free>, rates: Rates, now: Instant) -> Result<Free, Duration> {
    let used = used.copied().unwrap_or(Free {
        minute: now,
        hour: now,
    });
    Ok(Free {
        minute: one_more(used.minute, MINUTE, rates.minute, now)?,
        hour: one_more(used.hour, HOUR, rates.hour, now)?,
    })
}

fn one_more(free: Instant, period: Duration, places: u32, now: Instant) -> Result<Instant, Duration> {
    let after = free.max(now) + period / places;
    match after.saturating_duration_since(now + period) {
        Duration::ZERO => Ok(after),
        wait => Err(wait),
    }
}

/// Forgets who has every place again and, so that it is seldom done, the quarter that has used up least.
fn make_room(used: &mut HashMap<(Lookup, Whose), Free>, whose: &(Lookup, Whose), now: Instant) {
    if used.len() < MOST_REMEMBERED || used.contains_key(whose) {
        return;
    }
    let mut free: Vec<Instant> = used.values().map(|free| free.hour).collect();
    let (_, quarter, _) = free.select_nth_unstable(used.len() / 4);
    let least = now.max(*quarter);
    used.retain(|_, free| free.hour > least);
}

fn refused(lookup: Lookup, whose: &Whose, wait: Duration) -> Problem {
    let who = match whose {
        Whose::User { .. } => "You have",
        Whose::Client(_) => "This system has",
        Whose::Organisation(_) => "Your organisation has",
    };
    let what = match lookup {
        Lookup::Search | Lookup::Emergency => "looked up too many people",
        Lookup::WebhookTest => "tried receivers too often",
    };
    let seconds = wait.as_secs() + 1;
    Problem::new(ProblemKind::TooManyRequests)
        .detail(format!(
            "{who} {what} in a short time. Try again after the time in Retry-After."
        ))
        .header(header::RETRY_AFTER, HeaderValue::from(seconds))
}

#[cfg(test)]
mod tests;
