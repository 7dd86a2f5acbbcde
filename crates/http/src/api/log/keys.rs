//! `GET /v1/log/keys`: by what checkpoints are checked.

use super::{SOON_ANOTHER, TEXT, served};
use crate::api::ApiState;
use crate::api::asking::Asking;
use crate::api::shown::ReadRefused;
use axum::extract::State;
use axum::response::Response;
use std::fmt::Write as _;
use throughcare_app::proving::{Tree, Watch};

/// By what the logs are checked
///
/// A policy file (c2sp.org/tlog-policy): the keys of both logs, and of the witnesses that this service asks. Whoever
/// could alter the log could alter this answer: compare the keys with what you were given on another way, and let your
/// own policy say which witnesses you trust.
#[utoipa::path(
    get, path = "/v1/log/keys", tag = "Proof",
    responses((status = 200, description = "The policy", body = String, content_type = "text/plain"), ReadRefused)
)]
pub async fn keys(State(state): State<ApiState>, _: Asking) -> Response {
    let keys = state.app.log_keys();
    let logs = Tree::ALL.map(|tree| keys.verifier(tree).to_string());
    served(policy(&logs, &state.watched.0), TEXT, SOON_ANOTHER)
}

fn policy(logs: &[String], witnesses: &[Watch]) -> String {
    let mut text = String::from(
        "# By what the checkpoints of this service are checked. Do not trust this copy: compare its keys with those that\n\
         # you were given on another way.\n",
    );
    for key in logs {
        let _ = writeln!(text, "log {key}"); // a String takes everything
    }
    for (number, witness) in (1..).zip(witnesses) {
        let _ = writeln!(text, "witness w{number} {} {}", witness.key, witness.url);
    }
    if witnesses.is_empty() {
        text.push_str("quorum none\n");
    } else {
        text.push_str("group witnesses any");
        for number in 1..=witnesses.len() {
            let _ = write!(text, " w{number}");
        }
        text.push_str("\nquorum witnesses\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use throughcare_proof::key::{KeyUse, SigningKey};
    use throughcare_proof::policy::Policy;

    fn key(name: &str, usage: KeyUse, seed: u8) -> SigningKey {
        SigningKey::from_seed(name, usage, &[seed; 32]).unwrap()
    }

    #[test]
    fn what_is_served_is_a_policy_with_and_without_witnesses() {
        let logs = [("log.example", 1), ("log.example/looks", 2)]
            .map(|(name, seed)| key(name, KeyUse::Note, seed).verifier().to_string());
        let watch = |name, seed| Watch {
            key: key(name, KeyUse::Cosignature, seed).verifier().clone(),
            url: "https://witness.example/".to_owned(),
        };
        let alone = Policy::parse(&policy(&logs, &[])).unwrap();
        assert_eq!((alone.logs.len(), alone.witnesses.len()), (2, 0));
        let watched = Policy::parse(&policy(&logs, &[watch("a.example", 3), watch("b.example", 4)])).unwrap();
        assert_eq!((watched.logs.len(), watched.witnesses.len()), (2, 2));
    }
}
