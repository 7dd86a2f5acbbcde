//! Hostile tokens, each made from a good one by exactly one change, and good ones as the control.

use super::*;
use crate::sources::Clock;
use aws_lc_rs::signature::KeyPair;
use aws_lc_rs::{hmac, rand::SystemRandom, rsa, signature as sig};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as B64};
use serde_json::{Value, json};
use std::sync::LazyLock;

mod bearer;
mod claim_kinds;
mod good;
mod guards;
mod kinds;
mod mutated;
mod rotation;

use claim_kinds::claim_kinds;
use kinds::kinds;

/// Every kind: its name, the reason for which it must be refused, and the one change that makes it.
fn hostile() -> Vec<Kind> {
    let mut all = kinds();
    all.extend(claim_kinds());
    all
}

/// Name, reason, change.
type Kind = (&'static str, Refusal, Change);

const NOW: i64 = 1_780_000_000;
const ISS: &str = "https://auth.example/issuer";
const AUD: &str = "throughcare";

/// A private key of one of the algorithms.
enum Key {
    Ed(sig::Ed25519KeyPair),
    Rsa(rsa::KeyPair),
    Ec(sig::EcdsaKeyPair),
}

impl Key {
    fn ed(seed: u8) -> Self {
        Self::Ed(sig::Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap())
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        let rng = SystemRandom::new();
        match self {
            Self::Ed(key) => key.sign(message).as_ref().to_vec(),
            Self::Ec(key) => key.sign(&rng, message).unwrap().as_ref().to_vec(),
            Self::Rsa(key) => {
                let mut out = vec![0; key.public_modulus_len()];
                key.sign(&sig::RSA_PKCS1_SHA256, &rng, message, &mut out).unwrap();
                out
            }
        }
    }

    fn algorithm(&self) -> TokenAlgorithm {
        match self {
            Self::Ed(_) => TokenAlgorithm::EdDsa,
            Self::Rsa(_) => TokenAlgorithm::Rs256,
            Self::Ec(_) => TokenAlgorithm::Es256,
        }
    }

    fn jwk(&self, kid: &str) -> Value {
        match self {
            Self::Ed(key) => {
                json!({"kty": "OKP", "crv": "Ed25519", "kid": kid, "x": B64.encode(key.public_key())})
            }
            Self::Ec(key) => {
                let point = key.public_key().as_ref();
                json!({"kty": "EC", "crv": "P-256", "kid": kid, "use": "sig", "x": B64.encode(&point[1..33]), "y": B64.encode(&point[33..])})
            }
            Self::Rsa(key) => {
                let public = key.public_key();
                let n = public.modulus().big_endian_without_leading_zero().to_vec();
                let e = public.exponent().big_endian_without_leading_zero().to_vec();
                json!({"kty": "RSA", "kid": kid, "alg": "RS256", "n": B64.encode(n), "e": B64.encode(e)})
            }
        }
    }

    /// What an attacker who knows the public key might use as an HMAC secret.
    fn public_bytes(&self) -> Vec<u8> {
        match self {
            Self::Ed(key) => key.public_key().as_ref().to_vec(),
            Self::Ec(key) => key.public_key().as_ref().to_vec(),
            Self::Rsa(key) => key.public_key().as_ref().to_vec(),
        }
    }
}

static KEYS: LazyLock<[Key; 3]> = LazyLock::new(|| {
    [
        Key::ed(1),
        Key::Rsa(rsa::KeyPair::generate(rsa::KeySize::Rsa2048).unwrap()),
        Key::Ec(sig::EcdsaKeyPair::generate(&sig::ECDSA_P256_SHA256_FIXED_SIGNING).unwrap()),
    ]
});
static OTHER: LazyLock<Key> = LazyLock::new(|| Key::ed(9));

fn config(issuer: &str, key: &Key, kid: &str) -> IssuerConfig {
    IssuerConfig {
        issuer: issuer.to_owned(),
        audience: AUD.to_owned(),
        algorithm: key.algorithm(),
        keys: KeySource::Fixed(json!({ "keys": [key.jwk(kid)] }).to_string()),
        max_lifetime: IssuerConfig::DEFAULT_MAX_LIFETIME,
    }
}

fn verifier(key: &Key) -> Verifier {
    let clock = Clock::fixed(jiff::Timestamp::from_second(NOW).unwrap());
    Verifier::new(
        [
            config(ISS, key, "k1"),
            config("https://other.example", &OTHER, "k2"),
        ],
        clock,
    )
    .unwrap()
}

/// A token in its parts. Each hostile variant changes one of them.
#[derive(Clone, Debug, PartialEq)]
struct Parts {
    header: String,
    claims: String,
    signer: Signer,
    /// What happens to the finished text.
    text: Text,
}

#[derive(Clone, Debug, PartialEq)]
enum Signer {
    Own,
    OtherIssuer,
    HmacWithPublicKey,
    Nothing,
}

type Change = fn(&mut Parts);

#[derive(Clone, Debug, PartialEq)]
enum Text {
    AsIs,
    Suffix(&'static str),
    Prefix(&'static str),
    CutSignature(usize),
    FlipSignature,
    FlipClaims,
    PadPayload,
    StandardAlphabet,
    LooseBits,
    Detached,
    EmptyHeader,
    EmptyPayload,
    TwoParts,
    OfAnotherToken,
    Zeroed,
    Inside(&'static str),
}

fn header(algorithm: TokenAlgorithm) -> Value {
    json!({"alg": algorithm.as_str(), "typ": "JWT", "kid": "k1"})
}

fn claims() -> Value {
    json!({
        "iss": ISS, "aud": [AUD, "another"], "sub": "user-1", "client_id": "client-1", "user_name": "A_WORKER",
        "auth_source": "nomis", "authorities": ["ROLE_THROUGHCARE_WORKER", "ROLE_OTHER"], "scope": "read write",
        "organisation": "north-service", "iat": NOW - 60, "exp": NOW + 3_600, "nbf": NOW - 60,
        // Makes the base64 differ between the two alphabets.
        "note": "???>>>~~~ÿÿÿ"
    })
}

fn good(key: &Key) -> Parts {
    Parts {
        header: header(key.algorithm()).to_string(),
        claims: claims().to_string(),
        signer: Signer::Own,
        text: Text::AsIs,
    }
}

fn build(parts: &Parts, key: &Key) -> String {
    let payload = B64.encode(&parts.claims);
    let payload = match parts.text {
        Text::PadPayload => format!(
            "{payload}{}",
            if payload.len().is_multiple_of(4) {
                "===="
            } else {
                "="
            }
        ),
        _ => payload,
    };
    let signed = format!("{}.{payload}", B64.encode(&parts.header));
    let signature = match parts.signer {
        Signer::Own => key.sign(signed.as_bytes()),
        Signer::OtherIssuer => OTHER.sign(signed.as_bytes()),
        Signer::HmacWithPublicKey => {
            let secret = hmac::Key::new(hmac::HMAC_SHA256, &key.public_bytes());
            hmac::sign(&secret, signed.as_bytes()).as_ref().to_vec()
        }
        Signer::Nothing => Vec::new(),
    };
    let mut encoded = B64.encode(&signature);
    match parts.text {
        Text::Suffix(suffix) => return format!("{signed}.{encoded}{suffix}"),
        Text::Prefix(prefix) => return format!("{prefix}{signed}.{encoded}"),
        Text::CutSignature(by) => encoded.truncate(encoded.len() - by),
        Text::FlipSignature => {
            let first = if encoded.starts_with('A') { "B" } else { "A" };
            encoded.replace_range(0..1, first);
        }
        Text::FlipClaims => {
            let claims = parts.claims.replace("\"client_id\":\"", "\"client_id\":\"x");
            return format!("{}.{}.{encoded}", B64.encode(&parts.header), B64.encode(claims));
        }
        Text::StandardAlphabet => {
            let signed = signed.replace('-', "+").replace('_', "/");
            return format!("{signed}.{}", encoded.replace('-', "+").replace('_', "/"));
        }
        Text::LooseBits => {
            // The last character carries unused bits: setting one changes the text, not the bytes.
            let last = encoded.pop().unwrap();
            let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
            let place = alphabet.find(last).unwrap();
            encoded.push(char::from(alphabet.as_bytes()[place ^ 1]));
        }
        Text::Detached => return format!("{}..{encoded}", B64.encode(&parts.header)),
        Text::EmptyHeader => return format!(".{payload}.{encoded}"),
        Text::EmptyPayload => return format!("{}.{}.{encoded}", B64.encode(&parts.header), B64.encode("")),
        Text::TwoParts => return signed,
        // Genuine, by the same key, for the same header and other claims.
        Text::OfAnotherToken => {
            let other = format!("{}.{}", B64.encode(&parts.header), B64.encode("{}"));
            encoded = B64.encode(key.sign(other.as_bytes()));
        }
        Text::Zeroed => encoded = B64.encode(vec![0; signature.len()]),
        Text::Inside(what) => {
            let (head, rest) = signed.split_at(signed.len() / 2);
            return format!("{head}{what}{rest}.{encoded}");
        }
        Text::AsIs | Text::PadPayload => {}
    }
    format!("{signed}.{encoded}")
}

fn edit(text: &mut String, field: &str, value: Value) {
    let mut parsed: Value = serde_json::from_str(text).unwrap();
    if value.is_null() {
        parsed.as_object_mut().unwrap().remove(field);
    } else {
        parsed[field] = value;
    }
    *text = parsed.to_string();
}

/// Adds a second field of the same name before the closing brace.
fn repeat(text: &mut String, field: &str) {
    text.pop();
    text.push_str(field);
    text.push('}');
}

#[tokio::test]
async fn given_a_good_token_of_each_algorithm_then_it_is_accepted() {
    for key in KEYS.iter() {
        let claims = verifier(key).verify(&build(&good(key), key)).await.unwrap();
        let caller = Caller::from_claims(&claims).unwrap();
        assert_eq!(caller.organisation, "north-service");
        assert_eq!((caller.role, caller.is_machine()), (Role::Worker, false));
        assert!(caller.require_scope("write").is_ok() && caller.require_scope("admin").is_err());
    }
}

#[tokio::test]
async fn given_any_hostile_token_then_it_is_refused() {
    for key in KEYS.iter() {
        let verifier = verifier(key);
        let good = good(key);
        let original = build(&good, key);
        for (name, reason, change) in hostile() {
            let mut parts = good.clone();
            change(&mut parts);
            // The control: it differs from the good one, and in the one named way only.
            let changed = [
                parts.header != good.header,
                parts.claims != good.claims,
                parts.signer != good.signer,
                parts.text != good.text,
            ];
            assert_eq!(changed.iter().filter(|it| **it).count(), 1, "{name}");
            let token = build(&parts, key);
            assert_ne!(token, original, "{name}");
            let verdict = verifier.verify(&token).await;
            assert_eq!(
                verdict.err(),
                Some(reason),
                "{name}, {}",
                key.algorithm().as_str()
            );
        }
        assert!(
            verifier.verify(&original).await.is_ok(),
            "the good one still passes afterwards"
        );
    }
    let names: std::collections::BTreeSet<_> = hostile().iter().map(|(name, ..)| *name).collect();
    assert_eq!(names.len(), hostile().len(), "each kind has a name of its own");
    assert!(names.len() >= 64, "{}", names.len());
}

/// Every header that offers a key of the attacker's is ignored: with a good signature the token still
/// passes, and with the attacker's signature it does not.
#[tokio::test]
async fn keys_offered_by_a_token_are_never_looked_at() {
    let key = &KEYS[0];
    let verifier = verifier(key);
    for (name, value) in [
        ("jku", json!("http://127.0.0.1:1/jwks")),
        ("jwk", OTHER.jwk("k1")),
        ("x5u", json!("http://127.0.0.1:1/cert")),
        ("x5c", json!(["AAAA"])),
    ] {
        let mut parts = good(key);
        edit(&mut parts.header, name, value);
        assert!(
            verifier.verify(&build(&parts, key)).await.is_ok(),
            "{name}: ignored"
        );
        parts.signer = Signer::OtherIssuer;
        assert_eq!(
            verifier.verify(&build(&parts, key)).await.unwrap_err(),
            Refusal::Signature,
            "{name}"
        );
    }
}

/// The classic: `alg: HS256` and the public key as the secret.
#[tokio::test]
async fn confusion_of_algorithms_is_refused_before_any_key_is_used() {
    for key in KEYS.iter() {
        let mut parts = good(key);
        edit(&mut parts.header, "alg", json!("HS256"));
        parts.signer = Signer::HmacWithPublicKey;
        assert_eq!(
            verifier(key).verify(&build(&parts, key)).await.unwrap_err(),
            Refusal::Algorithm
        );
        edit(&mut parts.header, "alg", json!("none"));
        parts.signer = Signer::Nothing;
        assert!(verifier(key).verify(&build(&parts, key)).await.is_err());
    }
}

/// Naming the other issuer and its key does not help without its signature.
#[tokio::test]
async fn a_token_cannot_move_to_another_issuer() {
    for key in KEYS.iter() {
        let mut parts = good(key);
        edit(&mut parts.claims, "iss", json!("https://other.example"));
        edit(&mut parts.header, "kid", json!("k2"));
        edit(&mut parts.header, "alg", json!("EdDSA"));
        let verifier = verifier(key);
        assert_eq!(
            verifier.verify(&build(&parts, key)).await.err(),
            Some(Refusal::Signature)
        );
        parts.signer = Signer::OtherIssuer;
        assert!(verifier.verify(&build(&parts, key)).await.is_ok(), "the control");
    }
}

/// Each single character of a good token, changed, spoils it.
#[tokio::test]
async fn no_changed_character_passes() {
    let key = &KEYS[0];
    let verifier = verifier(key);
    let token = build(&good(key), key);
    for place in 0..token.len() {
        for with in [b'A', b'.', b'=', b' '] {
            let mut bytes = token.clone().into_bytes();
            if bytes[place] != with {
                bytes[place] = with;
                let forged = String::from_utf8(bytes).unwrap();
                assert!(verifier.verify(&forged).await.is_err(), "place {place}");
            }
        }
    }
}

#[tokio::test]
async fn the_clock_decides_with_thirty_seconds_of_tolerance() {
    let key = &KEYS[0];
    for (expires, fine) in [(NOW + 1, true), (NOW - 29, true), (NOW - 30, false)] {
        let mut parts = good(key);
        edit(&mut parts.claims, "exp", json!(expires));
        assert_eq!(
            verifier(key).verify(&build(&parts, key)).await.is_ok(),
            fine,
            "{expires}"
        );
    }
}

#[tokio::test]
async fn a_role_is_needed_and_only_one() {
    let key = &KEYS[0];
    for roles in [
        json!([]),
        json!(["ROLE_THROUGHCARE_WORKER", "ROLE_THROUGHCARE_AUDITOR"]),
    ] {
        let mut parts = good(key);
        edit(&mut parts.claims, "authorities", roles);
        let claims = verifier(key).verify(&build(&parts, key)).await.unwrap();
        assert_eq!(
            Caller::from_claims(&claims).unwrap_err().kind(),
            ProblemKind::ForbiddenScope
        );
    }
}

#[tokio::test]
async fn given_the_authority_of_each_role_then_it_gives_that_role_alone() {
    let key = &KEYS[0];
    for role in Role::ALL {
        let mut parts = good(key);
        edit(&mut parts.claims, "authorities", json!([role.authority()]));
        let claims = verifier(key).verify(&build(&parts, key)).await.unwrap();
        assert_eq!(Caller::from_claims(&claims).unwrap().role, role);
    }
}

/// The authority of HMPPS opens one door: every other route asks for a scope that it does not give.
#[tokio::test]
async fn given_the_authority_to_collect_copies_then_it_gives_that_alone_and_nothing_beside_a_role() {
    let key = &KEYS[0];
    let caller = async |authorities: Value, scopes: Value| {
        let mut parts = good(key);
        edit(&mut parts.claims, "authorities", authorities);
        edit(&mut parts.claims, "scope", scopes);
        let claims = verifier(key).verify(&build(&parts, key)).await.unwrap();
        Caller::from_claims(&claims)
    };
    let both = json!(["read", "write"]);
    let collects = caller(json!([SUBJECT_ACCESS_AUTHORITY]), both.clone())
        .await
        .unwrap();
    assert_eq!(collects.role, Role::PrivacyOfficer);
    assert!(collects.require_scope(SUBJECT_ACCESS_SCOPE).is_ok());
    assert!(collects.require_scope("read").is_err() && collects.require_scope("write").is_err());
    // Who may not even read may not collect, and a role of this service is what it is.
    assert!(
        caller(json!([SUBJECT_ACCESS_AUTHORITY]), json!(["write"]))
            .await
            .is_err()
    );
    let worker = json!([SUBJECT_ACCESS_AUTHORITY, Role::Worker.authority()]);
    let worker = caller(worker, both).await.unwrap();
    assert_eq!(worker.role, Role::Worker);
    assert!(worker.require_scope(SUBJECT_ACCESS_SCOPE).is_err());
    // A scope of that name in a token is nothing that HMPPS gave.
    let claimed = caller(
        json!([Role::Worker.authority()]),
        json!(["read", SUBJECT_ACCESS_SCOPE]),
    )
    .await
    .unwrap();
    assert!(claimed.require_role(&[Role::PrivacyOfficer]).is_err());
}

#[tokio::test]
async fn the_key_file_is_for_its_owner_only_and_survives_a_restart() {
    use std::os::unix::fs::PermissionsExt;
    let dir = std::env::temp_dir().join(format!("throughcare-key-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let path = dir.join("issuer.key");
    let _ = std::fs::remove_file(&path);
    let first = DemoIssuer::load_or_create(&path, ISS, AUD, &[3; 32]).unwrap();
    assert_eq!(
        std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let second = DemoIssuer::load_or_create(&path, ISS, AUD, &[4; 32]).unwrap();
    assert_eq!(
        first.jwks(),
        second.jwks(),
        "the stored key wins over new random bytes"
    );
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(
        DemoIssuer::load_or_create(&path, ISS, AUD, &[4; 32]).is_err(),
        "open to others"
    );
    std::fs::remove_dir_all(&dir).unwrap();

    let at = jiff::Timestamp::from_second(NOW).unwrap();
    let grant = Grant {
        client_id: "prison-liaison".to_owned(),
        user_name: None,
        organisation: "hmp-north".to_owned(),
        role: Role::Liaison,
        scopes: vec!["read".to_owned(), "write".to_owned()],
        lifetime: std::time::Duration::from_secs(3_600),
    };
    let verifier = Verifier::new([second.config()], Clock::fixed(at)).unwrap();
    let caller = Caller::from_claims(&verifier.verify(&second.token(&grant, at)).await.unwrap()).unwrap();
    assert!(caller.is_machine() && caller.role == Role::Liaison);
}
