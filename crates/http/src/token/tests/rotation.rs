//! Keys renewed under load: nothing good is refused, and nothing of a withdrawn key is accepted.

use super::*;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Keys that follow one another.
const KEYS_IN_TURN: usize = 12;
/// Tokens of each key, more than one so that most are verified and not only remembered.
const TOKENS: usize = 40;
/// Tasks that verify all the time.
const TASKS: usize = 4;
/// Verdicts that must be given at each stage before the next.
const AT_EACH_STAGE: usize = 400;

/// The stage, as number: each key in turn goes through these three.
/// 3n: keys n and n + 1 are published. 3n + 1: key n is being withdrawn. 3n + 2: key n is gone, n + 1 alone is published.
struct Stage(AtomicUsize);

/// What must be said of key `key`'s tokens throughout the stage: `None` where either is right.
fn expected(stage: usize, key: usize) -> Option<bool> {
    let (turn, part) = (stage / 3, stage % 3);
    match (key, part) {
        (key, 0 | 1) if key == turn + 1 => Some(true),
        (key, 0) if key == turn => Some(true),
        (key, 1) if key == turn => None,
        (key, 2) if key == turn + 1 => Some(true),
        // The next key may be found any time from when it is written, which is before its stage begins.
        (key, 2) if key == turn + 2 => None,
        _ => Some(false),
    }
}

fn publish(file: &Path, keys: &[usize]) {
    let jwks: Vec<Value> = keys
        .iter()
        .map(|it| Key::ed(100 + u8::try_from(*it).unwrap()).jwk(&format!("r{it}")))
        .collect();
    let new = file.with_extension("new");
    std::fs::write(&new, json!({ "keys": jwks }).to_string()).unwrap();
    std::fs::rename(&new, file).unwrap();
}

fn tokens() -> Vec<Vec<String>> {
    let of_key = |number: usize| {
        let key = Key::ed(100 + u8::try_from(number).unwrap());
        let token = |user: usize| {
            let mut parts = good(&key);
            edit(&mut parts.header, "kid", json!(format!("r{number}")));
            edit(&mut parts.claims, "sub", json!(format!("user-{user}")));
            build(&parts, &key)
        };
        (0..TOKENS).map(token).collect()
    };
    (0..=KEYS_IN_TURN).map(of_key).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn given_keys_that_change_under_load_then_the_good_pass_and_the_withdrawn_do_not() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("jwks.json");
    publish(&file, &[0, 1]);
    let verifier = Verifier::new(
        [IssuerConfig {
            keys: KeySource::File(file.clone()),
            ..config(ISS, &Key::ed(1), "unused")
        }],
        Clock::fixed(jiff::Timestamp::from_second(NOW).unwrap()),
    )
    .unwrap();
    verifier.renew_keys().await.unwrap();
    let (stage, judged, tokens) = (
        Arc::new(Stage(AtomicUsize::new(0))),
        Arc::new(AtomicUsize::new(0)),
        Arc::new(tokens()),
    );
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let (verifier, stage) = (verifier.clone(), Arc::clone(&stage));
            let (judged, tokens) = (Arc::clone(&judged), Arc::clone(&tokens));
            tokio::spawn(async move {
                let mut dice = good::Dice(task as u64);
                let mut counted = [0_usize; 2];
                loop {
                    let before = stage.0.load(Ordering::SeqCst);
                    let turn = before / 3;
                    if turn >= KEYS_IN_TURN {
                        return counted;
                    }
                    let key = (turn + dice.below(3))
                        .saturating_sub(dice.below(2))
                        .min(KEYS_IN_TURN);
                    let token: &String = dice.of(&tokens[key]);
                    let verdict = verifier.verify(token).await;
                    // What began in one stage and ended in another may have met either.
                    if stage.0.load(Ordering::SeqCst) == before {
                        if let Some(good) = expected(before, key) {
                            assert_eq!(
                                verdict.is_ok(),
                                good,
                                "stage {before}, key {key}: {:?}",
                                verdict.err()
                            );
                            counted[usize::from(good)] += 1;
                        }
                        judged.fetch_add(1, Ordering::SeqCst);
                    }
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();
    let enough = async || {
        let from = judged.load(Ordering::SeqCst);
        while judged.load(Ordering::SeqCst) < from + AT_EACH_STAGE && tasks.iter().all(|it| !it.is_finished())
        {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    for turn in 0..KEYS_IN_TURN {
        enough().await;
        stage.0.store(3 * turn + 1, Ordering::SeqCst);
        publish(&file, &[turn + 1]);
        verifier.renew_keys().await.unwrap();
        stage.0.store(3 * turn + 2, Ordering::SeqCst);
        enough().await;
        if turn + 1 < KEYS_IN_TURN {
            publish(&file, &[turn + 1, turn + 2]);
            verifier.renew_keys().await.unwrap();
        }
        stage.0.store(3 * (turn + 1), Ordering::SeqCst);
    }
    let (mut refused, mut accepted) = (0, 0);
    for task in tasks {
        let [no, yes] = task.await.unwrap();
        (refused, accepted) = (refused + no, accepted + yes);
    }
    assert!(
        refused > 1_000 && accepted > 1_000,
        "{refused} refused, {accepted} accepted"
    );
}
