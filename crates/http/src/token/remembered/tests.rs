//! What is remembered of tokens, seen from outside: the same verdict object means that no signature was checked.

use super::*;
use crate::sources::Clock;
use crate::token::{DemoIssuer, Grant, IssuerConfig, KeySource, Refusal, Role, Verifier};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

const NOW: i64 = 1_780_000_000;
const LIFETIME: i64 = 600;

/// An issuer whose keys stand in a file, a clock that can be set, and a verifier that trusts both.
struct Scene {
    issuer: DemoIssuer,
    directory: tempfile::TempDir,
    now: Arc<AtomicI64>,
    verifier: Verifier,
}

impl Scene {
    async fn new() -> Self {
        let issuer = issuer(1);
        let directory = tempfile::tempdir().unwrap();
        let now = Arc::new(AtomicI64::new(NOW));
        let clock = Clock::new({
            let now = Arc::clone(&now);
            move || jiff::Timestamp::from_second(now.load(Ordering::Relaxed)).unwrap()
        });
        let config = IssuerConfig {
            keys: KeySource::File(directory.path().join("jwks.json")),
            ..issuer.config()
        };
        let scene = Self {
            issuer,
            directory,
            now,
            verifier: Verifier::new([config], clock).unwrap(),
        };
        scene.publish(&scene.issuer);
        scene.verifier.renew_keys().await.unwrap();
        scene
    }

    fn publish(&self, issuer: &DemoIssuer) {
        std::fs::write(self.directory.path().join("jwks.json"), issuer.jwks().to_string()).unwrap();
    }

    fn token(&self, client: &str) -> String {
        let grant = Grant {
            client_id: client.to_owned(),
            user_name: None,
            organisation: "northshire".to_owned(),
            role: Role::Worker,
            scopes: vec!["read".to_owned()],
            lifetime: Duration::from_secs(LIFETIME.unsigned_abs()),
        };
        self.issuer
            .token(&grant, jiff::Timestamp::from_second(NOW).unwrap())
    }

    async fn verify(&self, token: &str) -> Result<Arc<Claims>, Refusal> {
        self.verifier.verify(token).await
    }

    fn at(&self, second: i64) {
        self.now.store(second, Ordering::Relaxed);
    }
}

fn issuer(seed: u8) -> DemoIssuer {
    DemoIssuer::from_seed("https://auth.example", "throughcare", &[seed; 32]).unwrap()
}

#[tokio::test]
async fn given_a_verified_token_when_it_comes_again_then_it_is_not_verified_again() {
    let scene = Scene::new().await;
    let token = scene.token("records");
    let first = scene.verify(&token).await.unwrap();
    assert!(Arc::ptr_eq(&first, &scene.verify(&token).await.unwrap()));
    let other = scene.verify(&scene.token("others")).await.unwrap();
    assert_eq!(other.client_id, "others");
    assert_eq!(first.client_id, "records");
}

#[tokio::test]
async fn given_a_remembered_token_when_it_has_expired_then_it_is_refused() {
    let scene = Scene::new().await;
    let token = scene.token("records");
    let first = scene.verify(&token).await.unwrap();
    scene.at(NOW + LIFETIME - 1);
    assert!(
        Arc::ptr_eq(&first, &scene.verify(&token).await.unwrap()),
        "the control"
    );
    // The tolerance for clocks that differ is not for memory: from its end on, all of the token is looked at.
    scene.at(NOW + LIFETIME);
    assert!(!Arc::ptr_eq(&first, &scene.verify(&token).await.unwrap()));
    scene.at(NOW + LIFETIME + 31);
    assert_eq!(scene.verify(&token).await.unwrap_err(), Refusal::Time("expired"));
}

/// A clock that is set back must not make a token good before its time.
#[tokio::test]
async fn given_a_remembered_token_when_the_clock_goes_back_then_its_times_still_count() {
    let scene = Scene::new().await;
    let token = scene.token("records");
    scene.verify(&token).await.unwrap();
    scene.at(NOW - 31);
    assert_eq!(
        scene.verify(&token).await.unwrap_err(),
        Refusal::Time("issued in the future")
    );
}

#[tokio::test]
async fn given_a_remembered_token_when_its_key_is_withdrawn_then_the_next_renewal_ends_it() {
    let scene = Scene::new().await;
    let token = scene.token("records");
    let first = scene.verify(&token).await.unwrap();
    scene.publish(&issuer(2));
    assert!(
        Arc::ptr_eq(&first, &scene.verify(&token).await.unwrap()),
        "the control: nobody has looked yet"
    );
    scene.verifier.renew_keys().await.unwrap();
    assert_eq!(scene.verify(&token).await.unwrap_err(), Refusal::Key);
}

#[tokio::test]
async fn given_a_renewal_with_the_same_key_then_the_token_is_verified_anew_and_stays_good() {
    let scene = Scene::new().await;
    let token = scene.token("records");
    let first = scene.verify(&token).await.unwrap();
    scene.verifier.renew_keys().await.unwrap();
    let second = scene.verify(&token).await.unwrap();
    assert!(!Arc::ptr_eq(&first, &second));
    assert!(Arc::ptr_eq(&second, &scene.verify(&token).await.unwrap()));
}

#[tokio::test]
async fn given_a_renewal_that_fails_then_the_old_keys_and_what_they_verified_stay() {
    let scene = Scene::new().await;
    let token = scene.token("records");
    let first = scene.verify(&token).await.unwrap();
    std::fs::remove_file(scene.directory.path().join("jwks.json")).unwrap();
    assert!(scene.verifier.renew_keys().await.is_err());
    assert!(Arc::ptr_eq(&first, &scene.verify(&token).await.unwrap()));
}

#[tokio::test]
async fn given_a_refused_token_then_it_is_not_remembered() {
    let scene = Scene::new().await;
    let token = scene.token("records");
    let (signed, _) = token.rsplit_once('.').unwrap();
    let (_, foreign) = scene
        .token("others")
        .rsplit_once('.')
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    assert_eq!(
        scene.verify(&format!("{signed}.{foreign}")).await.unwrap_err(),
        Refusal::Signature
    );
    assert_eq!(scene.verifier.remembered().len(), 0);
    scene.verify(&token).await.unwrap();
    assert_eq!(scene.verifier.remembered().len(), 1, "the control");
}

/// One changed character of a remembered token is another token.
#[tokio::test]
async fn given_a_remembered_token_then_no_neighbour_of_it_passes() {
    let scene = Scene::new().await;
    let token = scene.token("records");
    scene.verify(&token).await.unwrap();
    for at in 0..token.len() {
        let mut forged = token.clone().into_bytes();
        forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(forged).unwrap();
        assert!(scene.verify(&forged).await.is_err(), "place {at}");
    }
}

#[tokio::test]
async fn what_is_remembered_is_bounded_and_what_is_used_stays() {
    let scene = Scene::new().await;
    scene.verify(&scene.token("records")).await.unwrap();
    let proved = scene
        .verifier
        .remembered()
        .get(&hash(&scene.token("records")), NOW)
        .unwrap();
    let remembered = Remembered::new(10);
    let (used, unused) = ([255; 32], [254; 32]);
    remembered.insert(used, proved.clone());
    remembered.insert(unused, proved.clone());
    for other in 0..100u8 {
        remembered.insert([other; 32], proved.clone());
        assert!(
            remembered.get(&used, NOW).is_some(),
            "used after each of {other} others"
        );
        assert!(remembered.len() <= 10);
    }
    assert!(
        remembered.get(&unused, NOW).is_none(),
        "what is not used is forgotten"
    );
}
