//! Kinds of hostile tokens: what can be wrong with the header, the form and the signature.

use super::*;

/// Name, the reason for which it must be refused, and the one change that makes it.
pub(super) fn kinds() -> Vec<Kind> {
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
        ("alg NONE", Refusal::Algorithm, |p| {
            edit(&mut p.header, "alg", json!("NONE"))
        }),
        ("alg empty", Refusal::Algorithm, |p| {
            edit(&mut p.header, "alg", json!(""))
        }),
        ("alg a number", Refusal::Algorithm, |p| {
            edit(&mut p.header, "alg", json!(0))
        }),
        ("alg RS512", Refusal::Algorithm, |p| {
            edit(&mut p.header, "alg", json!("RS512"))
        }),
        ("alg ES384", Refusal::Algorithm, |p| {
            edit(&mut p.header, "alg", json!("ES384"))
        }),
        ("alg Ed448", Refusal::Algorithm, |p| {
            edit(&mut p.header, "alg", json!("Ed448"))
        }),
        ("alg with a space", Refusal::Algorithm, |p| {
            edit(&mut p.header, "alg", json!("EdDSA "))
        }),
        ("kid in another case", Refusal::Key, |p| {
            edit(&mut p.header, "kid", json!("K1"))
        }),
        ("kid with a space", Refusal::Key, |p| {
            edit(&mut p.header, "kid", json!("k1 "))
        }),
        ("kid as SQL", Refusal::Key, |p| {
            edit(&mut p.header, "kid", json!("k1' OR '1'='1"))
        }),
        ("kid an address", Refusal::Key, |p| {
            edit(&mut p.header, "kid", json!("https://evil.example/k1"))
        }),
        ("kid with NUL", Refusal::Malformed("json"), |p| {
            edit(&mut p.header, "kid", json!("k1\u{0}"))
        }),
        ("kid a list", Refusal::Header("kid"), |p| {
            edit(&mut p.header, "kid", json!(["k1"]))
        }),
        ("crit a text", Refusal::Header("crit"), |p| {
            edit(&mut p.header, "crit", json!("exp"))
        }),
        ("b64 true", Refusal::Header("b64"), |p| {
            edit(&mut p.header, "b64", json!(true))
        }),
        ("enc", Refusal::Header("enc"), |p| {
            edit(&mut p.header, "enc", json!("A256GCM"))
        }),
        ("typ a list", Refusal::Header("typ"), |p| {
            edit(&mut p.header, "typ", json!(["JWT"]))
        }),
        ("typ dpop", Refusal::Header("typ"), |p| {
            edit(&mut p.header, "typ", json!("dpop+jwt"))
        }),
        ("kid twice", Refusal::Malformed("json"), |p| {
            repeat(&mut p.header, ",\"kid\":\"k2\"")
        }),
        ("iss twice", Refusal::Malformed("json"), |p| {
            repeat(&mut p.claims, ",\"iss\":\"https://other.example\"")
        }),
        ("a name twice, once escaped", Refusal::Malformed("json"), |p| {
            repeat(&mut p.claims, ",\"\\u0069ss\":\"https://other.example\"")
        }),
        ("header with a byte order mark", Refusal::Malformed("json"), |p| {
            p.header.insert(0, '\u{feff}')
        }),
        ("claims with a byte order mark", Refusal::Malformed("json"), |p| {
            p.claims.insert(0, '\u{feff}')
        }),
        ("header followed by more", Refusal::Malformed("json"), |p| {
            p.header.push_str("{}")
        }),
        ("claims followed by NUL", Refusal::Malformed("json"), |p| {
            p.claims.push('\0')
        }),
        ("claims with a comma too many", Refusal::Malformed("json"), |p| {
            repeat(&mut p.claims, ",")
        }),
        ("claims with a comment", Refusal::Malformed("json"), |p| {
            repeat(&mut p.claims, "/* */")
        }),
        ("a claim that is no number", Refusal::Malformed("json"), |p| {
            repeat(&mut p.claims, ",\"more\":NaN")
        }),
        ("a claim nested deeply", Refusal::Malformed("json"), |p| {
            repeat(
                &mut p.claims,
                &format!(",\"more\":{}{}", "[".repeat(40), "]".repeat(40)),
            )
        }),
        ("header null", Refusal::Malformed("json"), |p| {
            p.header = "null".to_owned()
        }),
        ("claims a list", Refusal::Malformed("json"), |p| {
            p.claims = format!("[{}]", p.claims)
        }),
        ("header empty", Refusal::Malformed("json"), |p| {
            p.text = Text::EmptyHeader
        }),
        ("claims empty", Refusal::Malformed("json"), |p| {
            p.text = Text::EmptyPayload
        }),
        ("two parts", Refusal::Malformed("parts"), |p| {
            p.text = Text::TwoParts
        }),
        ("signature of another token", Refusal::Signature, |p| {
            p.text = Text::OfAnotherToken
        }),
        ("signature of zeros", Refusal::Signature, |p| {
            p.text = Text::Zeroed
        }),
        ("line feed inside", Refusal::Malformed("base64"), |p| {
            p.text = Text::Inside("\n")
        }),
        ("space inside", Refusal::Malformed("base64"), |p| {
            p.text = Text::Inside(" ")
        }),
        ("NUL inside", Refusal::Malformed("base64"), |p| {
            p.text = Text::Inside("\0")
        }),
        ("percent inside", Refusal::Malformed("base64"), |p| {
            p.text = Text::Inside("%41")
        }),
        ("another script inside", Refusal::Malformed("base64"), |p| {
            p.text = Text::Inside("\u{410}")
        }),
        (
            "another script at the end",
            Refusal::Malformed("signature"),
            |p| p.text = Text::Suffix("\u{ff21}"),
        ),
        (
            "a comma and a second token",
            Refusal::Malformed("signature"),
            |p| p.text = Text::Suffix(",AAAA"),
        ),
    ]
}
