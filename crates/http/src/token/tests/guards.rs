//! The negative controls: what a kind is refused for is what is wrong with it, and nothing else.
//!
//! Where a guard rests on configuration or on the clock, a verifier for which that very token is in order accepts it.
//! Where it cannot be switched off, the kind's twin makes the same sort of change within what is allowed.

use super::*;

/// What a verifier is made of.
struct Made {
    own: IssuerConfig,
    now: i64,
}

impl Made {
    fn published(&mut self, key: &Key, kid: &str) {
        self.own.keys = KeySource::Fixed(json!({ "keys": [key.jwk(kid)] }).to_string());
    }
}

type Guard = (&'static str, fn(&mut Made));

const GUARDS: &[Guard] = &[
    ("kid unknown", |it| it.published(&KEYS[0], "k9")),
    ("kid of the other issuer", |it| it.published(&KEYS[0], "k2")),
    ("kid a path", |it| it.published(&KEYS[0], "../../dev/null")),
    ("kid in another case", |it| it.published(&KEYS[0], "K1")),
    ("kid with a space", |it| it.published(&KEYS[0], "k1 ")),
    ("kid as SQL", |it| it.published(&KEYS[0], "k1' OR '1'='1")),
    ("kid an address", |it| {
        it.published(&KEYS[0], "https://evil.example/k1")
    }),
    ("signed by the other issuer", |it| it.published(&OTHER, "k1")),
    ("iss unknown", |it| {
        it.own.issuer = "https://evil.example".to_owned()
    }),
    ("iss with a slash more", |it| it.own.issuer.push('/')),
    ("iss in another case", |it| {
        it.own.issuer = "https://AUTH.example/issuer".to_owned()
    }),
    ("iss a beginning of ours", |it| {
        it.own.issuer = "https://auth.example".to_owned()
    }),
    ("iss with ours as its beginning", |it| {
        it.own.issuer.push_str(".evil.example")
    }),
    ("iss with a space", |it| it.own.issuer.insert(0, ' ')),
    ("iss empty", |it| it.own.issuer.clear()),
    ("aud another", |it| it.own.audience = "another".to_owned()),
    ("aud a list without us", |it| it.own.audience = "b".to_owned()),
    ("aud in another case", |it| {
        it.own.audience = "Throughcare".to_owned()
    }),
    ("aud a beginning of ours", |it| {
        it.own.audience = "through".to_owned()
    }),
    ("aud with ours as its beginning", |it| {
        it.own.audience.push_str("-test")
    }),
    ("aud several in one text", |it| {
        it.own.audience.push_str(" another")
    }),
    ("exp passed", |it| it.now -= 1),
    ("exp years away", |it| {
        it.own.max_lifetime = std::time::Duration::from_secs(500_000_000)
    }),
    ("a life that is too long", |it| it.own.max_lifetime *= 2),
    ("nbf in the future", |it| it.now += 1),
    ("iat in the future", |it| it.now += 1),
];

#[tokio::test]
async fn given_a_verifier_without_the_guard_then_it_accepts_the_kind_that_the_guard_is_for() {
    let key = &KEYS[0];
    for (guarded, relax) in GUARDS {
        let kinds = hostile();
        let (.., change) = kinds.iter().find(|(name, ..)| name == guarded).expect(guarded);
        let mut parts = good(key);
        change(&mut parts);
        let verdict = async |made: Made| {
            let clock = Clock::fixed(jiff::Timestamp::from_second(made.now).unwrap());
            let verifier = Verifier::new([made.own], clock).unwrap();
            verifier.verify(&build(&parts, key)).await.err()
        };
        let made = || Made {
            own: config(ISS, key, "k1"),
            now: NOW,
        };
        assert!(verdict(made()).await.is_some(), "{guarded}: with the guard");
        let mut relaxed = made();
        relax(&mut relaxed);
        assert_eq!(verdict(relaxed).await, None, "{guarded}: without the guard");
    }
}

const TWINS: &[(&str, Change)] = &[
    ("crit", |p| edit(&mut p.header, "critical", json!(["exp"]))),
    ("b64 false", |p| edit(&mut p.header, "base64", json!(false))),
    ("zip", |p| edit(&mut p.header, "zipped", json!("DEF"))),
    ("enc", |p| edit(&mut p.header, "encoding", json!("A256GCM"))),
    ("typ of another token", |p| {
        edit(&mut p.header, "typ", json!("at+jwt"))
    }),
    ("alg twice", |p| repeat(&mut p.header, ",\"algorithm\":\"none\"")),
    ("kid twice", |p| repeat(&mut p.header, ",\"key\":\"k2\"")),
    ("iss twice", |p| {
        repeat(&mut p.claims, ",\"issuer\":\"https://other.example\"")
    }),
    ("a name twice, once escaped", |p| {
        repeat(&mut p.claims, ",\"\\u0069ssuer\":\"x\"")
    }),
    ("header with a byte order mark", |p| p.header.insert(0, ' ')),
    ("claims with a byte order mark", |p| p.claims.insert(0, '\n')),
    ("header followed by more", |p| p.header.push_str("  ")),
    ("claims with a comma too many", |p| repeat(&mut p.claims, " ")),
    ("a claim nested deeply", |p| {
        repeat(
            &mut p.claims,
            &format!(",\"more\":{}{}", "[".repeat(20), "]".repeat(20)),
        )
    }),
    ("oversized", |p| {
        edit(&mut p.claims, "more", json!("x".repeat(MAX_TOKEN_BYTES / 2)))
    }),
    ("exp a huge float", |p| {
        edit(&mut p.claims, "exp", json!(NOW + 86_340))
    }),
    ("nbf a string", |p| edit(&mut p.claims, "nbf", json!(0))),
    ("iat a string", |p| edit(&mut p.claims, "iat", json!(NOW + 30))),
    ("sub too long", |p| {
        edit(&mut p.claims, "sub", json!("x".repeat(100)))
    }),
    ("client_id too long", |p| {
        edit(&mut p.claims, "client_id", json!("é".repeat(100)))
    }),
    ("user_name with an invisible character", |p| {
        edit(&mut p.claims, "user_name", json!("A WORKER"))
    }),
    ("organisation of one letter", |p| {
        edit(&mut p.claims, "organisation", json!("n1"))
    }),
    ("organisation too long", |p| {
        edit(&mut p.claims, "organisation", json!("n".repeat(64)))
    }),
    ("authorities too many", |p| {
        edit(
            &mut p.claims,
            "authorities",
            json!(vec!["ROLE_THROUGHCARE_WORKER"; 200]),
        )
    }),
    ("scopes too many", |p| {
        edit(&mut p.claims, "scope", json!(vec!["read"; 200]))
    }),
    ("aud a list of mixed types", |p| {
        edit(&mut p.claims, "aud", json!(["1", AUD]))
    }),
];

#[tokio::test]
async fn given_the_same_sort_of_change_within_what_is_allowed_then_it_is_accepted() {
    let key = &KEYS[0];
    let verifier = verifier(key);
    for (name, twin) in TWINS {
        assert!(hostile().iter().any(|(kind, ..)| kind == name), "{name}");
        let mut parts = good(key);
        twin(&mut parts);
        assert_ne!(parts, good(key), "{name}");
        assert_eq!(verifier.verify(&build(&parts, key)).await.err(), None, "{name}");
    }
}
