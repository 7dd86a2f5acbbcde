//! Hostile tokens, each made from a good one by exactly one change, and good ones as the control.

use super::*;
use crate::sources::Clock;
use aws_lc_rs::signature::KeyPair;
use aws_lc_rs::{hmac, rand::SystemRandom, rsa, signature as sig};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as B64};
use serde_json::{Value, json};
use std::sync::LazyLock;

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
            let claims = parts.claims.replace("WORKER", "AUDITOR");
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

/// Name, the reason for which it must be refused, and the one change that makes it.
fn hostile() -> Vec<(&'static str, Refusal, Change)> {
    vec![
        ("alg none", Refusal::Algorithm, |p| {
            edit(&mut p.header, "alg", json!("none"))
        }),
        ("alg None", Refusal::Algorithm, |p| {
            edit(&mut p.header, "alg", json!("None"))
        }),
        ("alg HS256", Refusal::Algorithm, |p| {
            edit(&mut p.header, "alg", json!("HS256"))
        }),
        ("alg of another family", Refusal::Algorithm, |p| {
            edit(&mut p.header, "alg", json!("PS256"))
        }),
        ("alg in another case", Refusal::Algorithm, |p| {
            edit(&mut p.header, "alg", json!("eDdSa"))
        }),
        ("alg absent", Refusal::Algorithm, |p| {
            edit(&mut p.header, "alg", Value::Null)
        }),
        ("alg a list", Refusal::Algorithm, |p| {
            edit(&mut p.header, "alg", json!(["EdDSA", "RS256", "ES256"]))
        }),
        ("alg twice", Refusal::Malformed("json"), |p| {
            repeat(&mut p.header, ",\"alg\":\"none\"")
        }),
        ("kid absent", Refusal::Header("kid"), |p| {
            edit(&mut p.header, "kid", Value::Null)
        }),
        ("kid unknown", Refusal::Key, |p| {
            edit(&mut p.header, "kid", json!("k9"))
        }),
        ("kid of the other issuer", Refusal::Key, |p| {
            edit(&mut p.header, "kid", json!("k2"))
        }),
        ("kid a path", Refusal::Key, |p| {
            edit(&mut p.header, "kid", json!("../../dev/null"))
        }),
        ("kid a number", Refusal::Header("kid"), |p| {
            edit(&mut p.header, "kid", json!(1))
        }),
        ("kid empty", Refusal::Header("kid"), |p| {
            edit(&mut p.header, "kid", json!(""))
        }),
        ("crit", Refusal::Header("crit"), |p| {
            edit(&mut p.header, "crit", json!(["exp"]))
        }),
        ("crit empty", Refusal::Header("crit"), |p| {
            edit(&mut p.header, "crit", json!([]))
        }),
        ("b64 false", Refusal::Header("b64"), |p| {
            edit(&mut p.header, "b64", json!(false))
        }),
        ("zip", Refusal::Header("zip"), |p| {
            edit(&mut p.header, "zip", json!("DEF"))
        }),
        ("typ of another token", Refusal::Header("typ"), |p| {
            edit(&mut p.header, "typ", json!("logout+jwt"))
        }),
        ("typ a number", Refusal::Header("typ"), |p| {
            edit(&mut p.header, "typ", json!(1))
        }),
        ("header no object", Refusal::Malformed("json"), |p| {
            p.header = "[]".to_owned()
        }),
        ("header no json", Refusal::Malformed("json"), |p| {
            p.header = "{".to_owned()
        }),
        ("iss absent", Refusal::Claim("iss"), |p| {
            edit(&mut p.claims, "iss", Value::Null)
        }),
        ("iss unknown", Refusal::Issuer, |p| {
            edit(&mut p.claims, "iss", json!("https://evil.example"))
        }),
        ("iss with a slash more", Refusal::Issuer, |p| {
            edit(&mut p.claims, "iss", json!(format!("{ISS}/")))
        }),
        ("iss a list", Refusal::Claim("iss"), |p| {
            edit(&mut p.claims, "iss", json!([ISS]))
        }),
        ("aud absent", Refusal::Claim("aud"), |p| {
            edit(&mut p.claims, "aud", Value::Null)
        }),
        ("aud another", Refusal::Claim("aud"), |p| {
            edit(&mut p.claims, "aud", json!("another"))
        }),
        ("aud a list without us", Refusal::Claim("aud"), |p| {
            edit(&mut p.claims, "aud", json!(["a", "b"]))
        }),
        ("aud an empty list", Refusal::Claim("aud"), |p| {
            edit(&mut p.claims, "aud", json!([]))
        }),
        ("aud an object", Refusal::Claim("aud"), |p| {
            edit(&mut p.claims, "aud", json!({AUD: true}))
        }),
        ("aud a list of mixed types", Refusal::Claim("aud"), |p| {
            edit(&mut p.claims, "aud", json!([1, AUD]))
        }),
        ("sub absent", Refusal::Claim("sub"), |p| {
            edit(&mut p.claims, "sub", Value::Null)
        }),
        ("sub empty", Refusal::Claim("sub"), |p| {
            edit(&mut p.claims, "sub", json!(""))
        }),
        ("client_id absent", Refusal::Claim("client_id"), |p| {
            edit(&mut p.claims, "client_id", Value::Null)
        }),
        ("exp absent", Refusal::Claim("exp"), |p| {
            edit(&mut p.claims, "exp", Value::Null)
        }),
        ("exp passed", Refusal::Time("expired"), |p| {
            edit(&mut p.claims, "exp", json!(NOW - 30))
        }),
        ("exp a string", Refusal::Claim("exp"), |p| {
            edit(&mut p.claims, "exp", json!((NOW + 60).to_string()))
        }),
        ("exp a huge float", Refusal::Claim("exp"), |p| {
            edit(&mut p.claims, "exp", json!(1e300))
        }),
        ("exp beyond i64", Refusal::Claim("exp"), |p| {
            edit(&mut p.claims, "exp", json!(u64::MAX))
        }),
        ("exp negative", Refusal::Claim("exp"), |p| {
            edit(&mut p.claims, "exp", json!(-1))
        }),
        ("exp years away", Refusal::Time("valid for too long"), |p| {
            edit(&mut p.claims, "exp", json!(NOW + 400_000_000))
        }),
        ("exp twice", Refusal::Malformed("json"), |p| {
            repeat(&mut p.claims, ",\"exp\":1780000001")
        }),
        ("nbf in the future", Refusal::Time("not yet valid"), |p| {
            edit(&mut p.claims, "nbf", json!(NOW + 31))
        }),
        ("nbf a string", Refusal::Claim("nbf"), |p| {
            edit(&mut p.claims, "nbf", json!("0"))
        }),
        ("iat in the future", Refusal::Time("issued in the future"), |p| {
            edit(&mut p.claims, "iat", json!(NOW + 31))
        }),
        ("iat a string", Refusal::Claim("iat"), |p| {
            edit(&mut p.claims, "iat", json!("0"))
        }),
        (
            "a life that is too long",
            Refusal::Time("valid for too long"),
            |p| edit(&mut p.claims, "iat", json!(NOW - 86_400)),
        ),
        ("organisation absent", Refusal::Claim("organisation"), |p| {
            edit(&mut p.claims, "organisation", Value::Null)
        }),
        ("organisation no slug", Refusal::Claim("organisation"), |p| {
            edit(&mut p.claims, "organisation", json!("North Service"))
        }),
        ("organisation with NUL", Refusal::Malformed("json"), |p| {
            edit(&mut p.claims, "organisation", json!("north\u{0}"))
        }),
        ("user_name a list", Refusal::Claim("user_name"), |p| {
            edit(&mut p.claims, "user_name", json!(["x"]))
        }),
        ("authorities a string", Refusal::Claim("authorities"), |p| {
            edit(&mut p.claims, "authorities", json!("ROLE_THROUGHCARE_WORKER"))
        }),
        ("claims no object", Refusal::Malformed("json"), |p| {
            p.claims = "\"x\"".to_owned()
        }),
        ("claims deeply nested", Refusal::Malformed("json"), |p| {
            p.claims = "[".repeat(2_000)
        }),
        ("signed by the other issuer", Refusal::Signature, |p| {
            p.signer = Signer::OtherIssuer
        }),
        ("HMAC with the public key", Refusal::Signature, |p| {
            p.signer = Signer::HmacWithPublicKey
        }),
        ("not signed", Refusal::Malformed("parts"), |p| {
            p.signer = Signer::Nothing
        }),
        ("claims changed after signing", Refusal::Signature, |p| {
            p.text = Text::FlipClaims
        }),
        ("signature changed", Refusal::Signature, |p| {
            p.text = Text::FlipSignature
        }),
        ("signature cut by one", Refusal::Malformed("signature"), |p| {
            p.text = Text::CutSignature(1)
        }),
        ("signature cut by a byte", Refusal::Signature, |p| {
            p.text = Text::CutSignature(2)
        }),
        ("signature cut by five", Refusal::Malformed("signature"), |p| {
            p.text = Text::CutSignature(5)
        }),
        (
            "signature with loose bits",
            Refusal::Malformed("signature"),
            |p| p.text = Text::LooseBits,
        ),
        ("dot at the end", Refusal::Malformed("parts"), |p| {
            p.text = Text::Suffix(".")
        }),
        ("two dots at the end", Refusal::Malformed("parts"), |p| {
            p.text = Text::Suffix("..")
        }),
        ("a fourth part", Refusal::Malformed("parts"), |p| {
            p.text = Text::Suffix(".AAAA")
        }),
        ("five parts as in JWE", Refusal::Malformed("parts"), |p| {
            p.text = Text::Suffix(".AAAA.AAAA")
        }),
        ("space at the end", Refusal::Malformed("signature"), |p| {
            p.text = Text::Suffix(" ")
        }),
        ("space before", Refusal::Malformed("base64"), |p| {
            p.text = Text::Prefix(" ")
        }),
        ("line feed at the end", Refusal::Malformed("signature"), |p| {
            p.text = Text::Suffix("\n")
        }),
        ("signature padded", Refusal::Malformed("signature"), |p| {
            p.text = Text::Suffix("==")
        }),
        ("payload padded", Refusal::Malformed("base64"), |p| {
            p.text = Text::PadPayload
        }),
        ("standard alphabet", Refusal::Malformed("base64"), |p| {
            p.text = Text::StandardAlphabet
        }),
        ("payload detached", Refusal::Malformed("json"), |p| {
            p.text = Text::Detached
        }),
        ("oversized", Refusal::Malformed("too large"), |p| {
            edit(&mut p.claims, "more", json!("x".repeat(MAX_TOKEN_BYTES)))
        }),
    ]
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
    assert!(hostile().len() >= 64, "{}", hostile().len());
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

fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.append(
            HeaderName::try_from(*name).unwrap(),
            HeaderValue::try_from(*value).unwrap(),
        );
    }
    headers
}

#[tokio::test]
async fn the_authorization_header_is_read_strictly() {
    let key = &KEYS[0];
    let verifier = verifier(key);
    let token = build(&good(key), key);
    let bearer = format!("Bearer {token}");
    for fine in [&bearer, &format!("bEARER {token}")] {
        assert!(
            caller(&verifier, &headers(&[("authorization", fine)]))
                .await
                .is_ok()
        );
    }
    for odd in [
        token.as_str(),
        "Bearer",
        "Bearer ",
        "",
        &format!("Basic {token}"),
        &format!("Bearer  {token}"),
    ] {
        let problem = caller(&verifier, &headers(&[("authorization", odd)]))
            .await
            .unwrap_err();
        assert_eq!(problem.status(), 401, "{odd}");
    }
    let twice = headers(&[("authorization", &bearer), ("authorization", &bearer)]);
    assert_eq!(caller(&verifier, &twice).await.unwrap_err().status(), 401);
    let none = caller(&verifier, &headers(&[]))
        .await
        .unwrap_err()
        .into_response();
    assert_eq!(none.headers()[header::WWW_AUTHENTICATE], "Bearer");
}

#[tokio::test]
async fn a_system_may_name_a_person_of_its_own_organisation_and_nobody_else_may() {
    let key = &KEYS[0];
    let verifier = verifier(key);
    let person = build(&good(key), key);
    let mut parts = good(key);
    edit(&mut parts.claims, "user_name", Value::Null);
    let machine = build(&parts, key);
    edit(&mut parts.claims, "organisation", json!("south-service"));
    let stranger = build(&parts, key);
    let ask = async |bearer: &str, behalf: &str| {
        let bearer = format!("Bearer {bearer}");
        caller(
            &verifier,
            &headers(&[("authorization", &bearer), ("x-on-behalf-of", behalf)]),
        )
        .await
    };
    let proved = ask(&machine, &person).await.unwrap();
    assert!(proved.is_machine());
    assert_eq!(proved.on_behalf_of.as_deref(), Some("A_WORKER"));
    assert_eq!(
        ask(&person, &person).await.unwrap_err().status(),
        403,
        "a person names nobody"
    );
    assert_eq!(
        ask(&machine, &machine).await.unwrap_err().status(),
        403,
        "a system is no person"
    );
    assert_eq!(
        ask(&stranger, &person).await.unwrap_err().status(),
        403,
        "another organisation"
    );
    assert_eq!(
        ask(&machine, "A_WORKER").await.unwrap_err().status(),
        401,
        "a name is no proof"
    );
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
