//! Every kind of hostile token, changed further at random: noise must not undo what makes it hostile.
//!
//! Two sorts of noise. The first is made before signing, on everything that may differ between good tokens: such a
//! token has a genuine signature, and the kind alone is wrong with it. The second changes the finished text.
//! `THROUGHCARE_TOKEN_MUTATIONS=10000` makes as many of each kind as promise P12 speaks of.

use super::bearer::headers;
use super::good::{Dice, varied};
use super::*;

/// Mutations of each kind, unless the variable says another number.
const MUTATIONS: usize = 120;

fn mutations() -> usize {
    let asked = std::env::var("THROUGHCARE_TOKEN_MUTATIONS").ok();
    asked.and_then(|it| it.parse().ok()).unwrap_or(MUTATIONS)
}

/// One to four places changed.
fn noisy(dice: &mut Dice, token: &str) -> String {
    const ODD: &[char] = &[
        'A', 'e', '-', '_', '.', '=', '+', '/', ' ', '\n', '\0', '%', 'é', '\u{feff}',
    ];
    let mut text: Vec<char> = token.chars().collect();
    for _ in 0..=dice.below(4) {
        let at = dice.below(text.len());
        match dice.below(6) {
            0 => text[at] = *dice.of(ODD),
            1 => text.insert(at, *dice.of(ODD)),
            2 => drop(text.remove(at)),
            3 => text.truncate(at.max(1)),
            4 => {
                let other = dice.below(text.len());
                text.swap(at, other);
            }
            _ => text.extend_from_within(at..),
        }
        if text.is_empty() {
            text.push('.');
        }
    }
    text.into_iter().collect()
}

#[tokio::test]
async fn given_any_hostile_token_changed_at_random_then_it_is_refused() {
    let verifiers = KEYS.each_ref().map(verifier);
    let mut dice = Dice(2);
    let (mut tried, mut undone, mut controls) = (0, 0, 0);
    for (name, _, change) in hostile() {
        for number in 0..mutations() / 2 {
            let at = [0, 0, 0, 0, 0, 0, 0, 0, 1, 2][number % 10];
            let (key, verifier) = (&KEYS[at], &verifiers[at]);
            let before = varied(&mut dice, key);
            let mut parts = before.clone();
            change(&mut parts);
            let token = build(&parts, key);
            let no_change = parts.text == Text::StandardAlphabet && !token.contains(['+', '/']);
            if !no_change {
                assert!(verifier.verify(&token).await.is_err(), "{name}: {parts:?}");
                tried += 1;
            }
            if number % 10 == 0 {
                assert!(
                    verifier.verify(&build(&before, key)).await.is_ok(),
                    "undone: {name}, {before:?}"
                );
                controls += 1;
            }
            // Signatures of this key are the same every time, so that a token that was mended can be told.
            let key = &KEYS[0];
            if at == 0 {
                let noisy = noisy(&mut dice, &token);
                tried += 1;
                if verifier.verify(&noisy).await.is_ok() {
                    assert_eq!(noisy, build(&before, key), "{name}: {parts:?}");
                    undone += 1;
                }
            }
        }
    }
    assert!(tried >= hostile().len() * mutations() * 8 / 10, "{tried}");
    assert!(
        undone * 100 < tried && controls > 0,
        "{undone} of {tried} were mended by chance"
    );
}

/// The same, as a client meets it: the status, and nothing that tells one reason from another.
#[tokio::test]
async fn given_any_hostile_token_then_its_sender_learns_nothing_but_that_it_is_no_good() {
    let key = &KEYS[0];
    let verifier = verifier(key);
    let answer = async |token: &str| {
        let sent = HeaderValue::from_str(&format!("Bearer {token}")).ok()?;
        let mut sending = HeaderMap::new();
        sending.insert(header::AUTHORIZATION, sent);
        Some(caller(&verifier, &sending).await)
    };
    let bodies = async |problem: Problem| {
        let response = problem.into_response();
        let (status, fields) = (response.status(), response.headers().clone());
        let body = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
        (status, fields, body)
    };
    let nonsense = headers(&[("authorization", "Bearer a.b.c")]);
    let expected = bodies(caller(&verifier, &nonsense).await.unwrap_err()).await;
    assert_eq!(expected.0, 401);
    let mut sendable = 0;
    for (name, _, change) in hostile() {
        let mut parts = good(key);
        change(&mut parts);
        // What is no header value never arrives.
        let Some(verdict) = answer(&build(&parts, key)).await else {
            continue;
        };
        sendable += 1;
        assert_eq!(bodies(verdict.unwrap_err()).await, expected, "{name}");
    }
    assert!(sendable >= 150, "{sendable}");
    assert!(
        answer(&build(&good(key), key)).await.unwrap().is_ok(),
        "the control"
    );
}

/// Genuine and in time, and yet nobody of this service.
#[tokio::test]
async fn given_roles_that_are_none_of_ours_or_two_then_403() {
    let key = &KEYS[0];
    let verifier = verifier(key);
    for (roles, allowed) in [
        (json!(["ROLE_THROUGHCARE_WORKER"]), true),
        (json!(["ROLE_THROUGHCARE_SUPERVISOR"]), false),
        (json!(["role_throughcare_worker"]), false),
        (json!(["ROLE_THROUGHCARE_WORKER "]), false),
        (json!(["THROUGHCARE_WORKER"]), false),
        (json!(["ROLE_THROUGHCARE_WORKER,ROLE_THROUGHCARE_AUDITOR"]), false),
        (
            json!(["ROLE_THROUGHCARE_WORKER", "ROLE_THROUGHCARE_CLINICIAN"]),
            false,
        ),
        (json!(Role::ALL.map(Role::authority)), false),
        (json!([]), false),
    ] {
        let mut parts = good(key);
        edit(&mut parts.claims, "authorities", roles.clone());
        let bearer = format!("Bearer {}", build(&parts, key));
        let verdict = caller(&verifier, &headers(&[("authorization", &bearer)])).await;
        match verdict {
            Ok(_) => assert!(allowed, "{roles}"),
            Err(problem) => assert!(!allowed && problem.status() == 403, "{roles}"),
        }
    }
}
