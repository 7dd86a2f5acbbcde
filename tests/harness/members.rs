//! Memberships for the tokens that tests sign: each is granted once, by an administrator of the harness's own.

use super::{new_id, throughcare};
use reqwest::blocking::{Client as Http, RequestBuilder};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use throughcare_http::token::Role;

/// The organisation, system and user that administer for the harness.
pub const HARNESS: (&str, &str, &str) = ("harness", "harness-administration", "harness-administrator");

/// Whom a token names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Who {
    pub organisation: String,
    pub client: String,
    pub user: Option<String>,
    pub role: Role,
}

/// What was granted at a place, and what waits until a program runs there.
#[derive(Default)]
pub struct Members(Mutex<State>);

#[derive(Default)]
struct State {
    begun: bool,
    addresses: Vec<String>,
    granted: HashSet<Who>,
    waiting: Vec<Who>,
}

/// A role as bodies name it.
pub fn role_name(role: Role) -> String {
    role.authority()
        .trim_start_matches("ROLE_THROUGHCARE_")
        .to_lowercase()
}

impl Members {
    /// Makes the harness's administrator before anything serves.
    pub fn begin(&self, data_dir: &Path) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.begun {
            return;
        }
        let (organisation, client, user) = HARNESS;
        let mut command = throughcare();
        command.args(["admin", "begin", "--organisation", organisation]);
        command.args(["--name", "Harness", "--client", client, "--user", user]);
        command.arg("--data-dir").arg(data_dir);
        // Where the program cannot start, the test says so.
        state.begun = command.output().is_ok_and(|output| output.status.success());
    }

    /// Grants what waited, now that a program answers.
    pub fn answers_at(&self, address: &str, token: &str) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.addresses.push(address.to_owned());
        for who in std::mem::take(&mut state.waiting) {
            state.grant(who, token);
        }
    }

    /// Grants a membership, or has it wait for a program.
    pub fn ensure(&self, who: Who, token: &str) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !state.granted.contains(&who) {
            state.grant(who, token);
        }
    }
}

impl State {
    fn grant(&mut self, who: Who, token: &str) {
        let granted = self
            .addresses
            .iter()
            .rev()
            .any(|address| granted_at(address, token, &who).is_some());
        if granted {
            self.granted.insert(who);
        } else {
            self.waiting.push(who);
        }
    }
}

/// `None` when this program does not do it.
fn granted_at(address: &str, token: &str, who: &Who) -> Option<()> {
    let http = Http::builder()
        .timeout(Duration::from_secs(30))
        .no_proxy()
        .build()
        .ok()?;
    let of = format!("{address}/v1/organisations/{}", who.organisation);
    let role = role_name(who.role);
    let client = json!({ "client": who.client, "sector": "oversight", "roles": [role] });
    let registers = || posted(http.post(format!("{of}/clients")), token, &client);
    let registered = match registers()? {
        404 => {
            let organisation = json!({
                "organisation": who.organisation, "name": who.organisation, "occurred": "2020-01-01",
            });
            posted(
                http.post(format!("{address}/v1/organisations")),
                token,
                &organisation,
            )?;
            registers()?
        }
        other => other,
    };
    let member = match &who.user {
        None => 201,
        Some(user) => {
            let member = json!({ "user": user, "role": role });
            posted(http.post(format!("{of}/members")), token, &member)?
        }
    };
    // 422: somebody granted it before.
    ([201, 422].contains(&registered) && [201, 422].contains(&member)).then_some(())
}

fn posted(request: RequestBuilder, token: &str, body: &Value) -> Option<u16> {
    // The program may be dying, or its database: the harness asks again a few times, as any client would.
    let key = new_id().to_string();
    for _ in 0..20 {
        let request = request.try_clone()?.bearer_auth(token).json(body);
        let status = request.header("idempotency-key", &key).send().ok()?.status();
        if status != 503 {
            return Some(status.as_u16());
        }
        std::thread::sleep(Duration::from_millis(250));
    }
    None
}
