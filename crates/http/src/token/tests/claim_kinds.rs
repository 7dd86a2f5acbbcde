//! Kinds of hostile tokens: genuine signatures under claims that must not be believed.

use super::*;

/// Name, the reason for which it must be refused, and the one change that makes it.
pub(super) fn claim_kinds() -> Vec<Kind> {
    vec![
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
        ("iss in another case", Refusal::Issuer, |p| {
            edit(&mut p.claims, "iss", json!("https://AUTH.example/issuer"))
        }),
        ("iss a beginning of ours", Refusal::Issuer, |p| {
            edit(&mut p.claims, "iss", json!("https://auth.example"))
        }),
        ("iss with ours as its beginning", Refusal::Issuer, |p| {
            edit(
                &mut p.claims,
                "iss",
                json!("https://auth.example/issuer.evil.example"),
            )
        }),
        ("iss with a space", Refusal::Issuer, |p| {
            edit(&mut p.claims, "iss", json!(" https://auth.example/issuer"))
        }),
        ("iss a number", Refusal::Claim("iss"), |p| {
            edit(&mut p.claims, "iss", json!(7))
        }),
        ("iss empty", Refusal::Issuer, |p| {
            edit(&mut p.claims, "iss", json!(""))
        }),
        ("aud in another case", Refusal::Claim("aud"), |p| {
            edit(&mut p.claims, "aud", json!("Throughcare"))
        }),
        ("aud a beginning of ours", Refusal::Claim("aud"), |p| {
            edit(&mut p.claims, "aud", json!("through"))
        }),
        ("aud with ours as its beginning", Refusal::Claim("aud"), |p| {
            edit(&mut p.claims, "aud", json!("throughcare-test"))
        }),
        ("aud a list in a list", Refusal::Claim("aud"), |p| {
            edit(&mut p.claims, "aud", json!([[AUD]]))
        }),
        ("aud several in one text", Refusal::Claim("aud"), |p| {
            edit(&mut p.claims, "aud", json!("throughcare another"))
        }),
        ("aud true", Refusal::Claim("aud"), |p| {
            edit(&mut p.claims, "aud", json!(true))
        }),
        ("exp zero", Refusal::Time("expired"), |p| {
            edit(&mut p.claims, "exp", json!(0))
        }),
        ("exp with a fraction", Refusal::Claim("exp"), |p| {
            edit(&mut p.claims, "exp", json!(1_780_000_060.5))
        }),
        ("exp a list", Refusal::Claim("exp"), |p| {
            edit(&mut p.claims, "exp", json!([NOW + 60]))
        }),
        ("exp true", Refusal::Claim("exp"), |p| {
            edit(&mut p.claims, "exp", json!(true))
        }),
        ("exp in the year 10000", Refusal::Claim("exp"), |p| {
            edit(&mut p.claims, "exp", json!(253_402_300_800_i64))
        }),
        ("exp in milliseconds", Refusal::Claim("exp"), |p| {
            edit(&mut p.claims, "exp", json!((NOW + 60) * 1_000))
        }),
        ("nbf with a fraction", Refusal::Claim("nbf"), |p| {
            edit(&mut p.claims, "nbf", json!(0.5))
        }),
        ("nbf negative", Refusal::Claim("nbf"), |p| {
            edit(&mut p.claims, "nbf", json!(-1))
        }),
        ("nbf huge", Refusal::Claim("nbf"), |p| {
            edit(&mut p.claims, "nbf", json!(u64::MAX))
        }),
        ("nbf a list", Refusal::Claim("nbf"), |p| {
            edit(&mut p.claims, "nbf", json!([0]))
        }),
        ("iat with a fraction", Refusal::Claim("iat"), |p| {
            edit(&mut p.claims, "iat", json!(0.5))
        }),
        ("iat negative", Refusal::Claim("iat"), |p| {
            edit(&mut p.claims, "iat", json!(-1))
        }),
        ("iat huge", Refusal::Claim("iat"), |p| {
            edit(&mut p.claims, "iat", json!(1e300))
        }),
        ("sub a number", Refusal::Claim("sub"), |p| {
            edit(&mut p.claims, "sub", json!(1))
        }),
        ("sub too long", Refusal::Claim("sub"), |p| {
            edit(&mut p.claims, "sub", json!("x".repeat(101)))
        }),
        ("sub with a control character", Refusal::Malformed("json"), |p| {
            edit(&mut p.claims, "sub", json!("user\u{7}"))
        }),
        ("sub written backwards", Refusal::Malformed("json"), |p| {
            edit(&mut p.claims, "sub", json!("user\u{202e}1"))
        }),
        ("client_id empty", Refusal::Claim("client_id"), |p| {
            edit(&mut p.claims, "client_id", json!(""))
        }),
        ("client_id a list", Refusal::Claim("client_id"), |p| {
            edit(&mut p.claims, "client_id", json!(["client-1"]))
        }),
        ("client_id too long", Refusal::Claim("client_id"), |p| {
            edit(&mut p.claims, "client_id", json!("x".repeat(101)))
        }),
        ("user_name empty", Refusal::Claim("user_name"), |p| {
            edit(&mut p.claims, "user_name", json!(""))
        }),
        ("user_name false", Refusal::Claim("user_name"), |p| {
            edit(&mut p.claims, "user_name", json!(false))
        }),
        (
            "user_name with an invisible character",
            Refusal::Malformed("json"),
            |p| edit(&mut p.claims, "user_name", json!("A\u{200b}WORKER")),
        ),
        (
            "organisation of one letter",
            Refusal::Claim("organisation"),
            |p| edit(&mut p.claims, "organisation", json!("n")),
        ),
        ("organisation too long", Refusal::Claim("organisation"), |p| {
            edit(&mut p.claims, "organisation", json!("n".repeat(65)))
        }),
        ("organisation in capitals", Refusal::Claim("organisation"), |p| {
            edit(&mut p.claims, "organisation", json!("NORTH-SERVICE"))
        }),
        (
            "organisation with a dash first",
            Refusal::Claim("organisation"),
            |p| edit(&mut p.claims, "organisation", json!("-north")),
        ),
        ("organisation a path", Refusal::Claim("organisation"), |p| {
            edit(&mut p.claims, "organisation", json!("../north-service"))
        }),
        (
            "organisation in another script",
            Refusal::Claim("organisation"),
            |p| edit(&mut p.claims, "organisation", json!("n\u{43e}rth-service")),
        ),
        ("organisation a list", Refusal::Claim("organisation"), |p| {
            edit(&mut p.claims, "organisation", json!(["north-service"]))
        }),
        ("organisation two", Refusal::Claim("organisation"), |p| {
            edit(
                &mut p.claims,
                "organisation",
                json!("north-service,south-service"),
            )
        }),
        ("authorities an object", Refusal::Claim("authorities"), |p| {
            edit(
                &mut p.claims,
                "authorities",
                json!({"ROLE_THROUGHCARE_WORKER": true}),
            )
        }),
        ("authorities with a number", Refusal::Claim("authorities"), |p| {
            edit(
                &mut p.claims,
                "authorities",
                json!(["ROLE_THROUGHCARE_WORKER", 1]),
            )
        }),
        (
            "authorities a list in a list",
            Refusal::Claim("authorities"),
            |p| edit(&mut p.claims, "authorities", json!([["ROLE_THROUGHCARE_WORKER"]])),
        ),
        ("authorities too many", Refusal::Claim("authorities"), |p| {
            edit(
                &mut p.claims,
                "authorities",
                json!(vec!["ROLE_THROUGHCARE_WORKER"; 201]),
            )
        }),
        ("scope a number", Refusal::Claim("scope"), |p| {
            edit(&mut p.claims, "scope", json!(1))
        }),
        ("scope an object", Refusal::Claim("scope"), |p| {
            edit(&mut p.claims, "scope", json!({"read": true}))
        }),
        ("scope with a number", Refusal::Claim("scope"), |p| {
            edit(&mut p.claims, "scope", json!(["read", 1]))
        }),
        ("scopes too many", Refusal::Claim("scope"), |p| {
            edit(&mut p.claims, "scope", json!(vec!["read"; 201]))
        }),
    ]
}
