//! Good tokens of every issuer, algorithm, role and shape that is allowed: none may be refused.

use super::*;

/// Repeatable chance (SplitMix64): a failure comes again with the same seed.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Below `end`, which is not 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    pub(super) fn of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }

    fn seconds(&mut self, from: i64, to: i64) -> i64 {
        from + i64::try_from(self.below(usize::try_from(to - from).unwrap())).unwrap()
    }

    /// Of 1 to `most` characters.
    fn name(&mut self, most: usize) -> String {
        const LETTERS: &[char] = &[
            'a', 'Z', '0', '_', '-', '.', '@', ' ', '\'', 'é', 'Ł', '漢', '~', '?', '>',
        ];
        (0..=self.below(most)).map(|_| *self.of(LETTERS)).collect()
    }

    /// An organisation's code of 2 to 64 characters.
    fn slug(&mut self) -> String {
        const LETTERS: &[char] = &['a', 'm', 'z', '0', '9', '-'];
        let mut slug = String::from(*self.of(&['n', '7']));
        slug.extend((0..=self.below(63)).map(|_| *self.of(LETTERS)));
        slug
    }
}

/// A good token of `key`'s issuer, of any shape that is allowed.
pub(super) fn varied(dice: &mut Dice, key: &Key) -> Parts {
    let mut parts = good(key);
    let header = &mut parts.header;
    match dice.below(5) {
        0 => edit(header, "typ", Value::Null),
        1 => edit(header, "typ", json!("at+jwt")),
        2 => edit(header, "typ", json!("application/at+JWT")),
        3 => edit(header, "typ", json!("jwt")),
        _ => {}
    }
    for offered in ["jku", "jwk", "x5u", "x5c", "cty", "x-more"] {
        if dice.below(8) == 0 {
            edit(header, offered, json!({ "of": dice.name(20) }));
        }
    }
    let claims = &mut parts.claims;
    let role = dice.of(&Role::ALL).authority();
    match dice.below(3) {
        0 => edit(claims, "authorities", json!([role])),
        1 => edit(claims, "authorities", json!(["ROLE_OTHER", role, role])),
        _ => edit(
            claims,
            "authorities",
            json!([role, "ROLE_THROUGHCARE", dice.name(40)]),
        ),
    }
    match dice.below(3) {
        0 => edit(claims, "aud", json!(AUD)),
        1 => edit(claims, "aud", json!(["another", AUD])),
        _ => edit(claims, "aud", json!([AUD])),
    }
    match dice.below(4) {
        0 => edit(claims, "scope", Value::Null),
        1 => edit(claims, "scope", json!(["read", "write"])),
        2 => edit(claims, "scope", json!("read")),
        _ => {}
    }
    edit(claims, "sub", json!(dice.name(100)));
    edit(claims, "client_id", json!(dice.name(100)));
    match dice.below(2) {
        0 => edit(claims, "user_name", Value::Null),
        _ => edit(claims, "user_name", json!(dice.name(100))),
    }
    edit(claims, "organisation", json!(dice.slug()));
    let issued = dice.seconds(NOW - 3_600, NOW + 30);
    edit(
        claims,
        "iat",
        if dice.below(4) == 0 {
            Value::Null
        } else {
            json!(issued)
        },
    );
    edit(
        claims,
        "nbf",
        if dice.below(4) == 0 {
            Value::Null
        } else {
            json!(issued)
        },
    );
    edit(claims, "exp", json!(dice.seconds(NOW + 31, NOW + 80_000)));
    for more in ["jti", "name", "auth_time", "grant_type"] {
        if dice.below(4) == 0 {
            edit(
                claims,
                more,
                json!([dice.name(60), dice.below(1_000), null, { "deep": [[[]]] }]),
            );
        }
    }
    parts
}

#[tokio::test]
async fn given_ten_thousand_good_tokens_of_every_shape_then_none_is_refused() {
    let verifiers = KEYS.each_ref().map(verifier);
    let mut dice = Dice(1);
    let mut roles = std::collections::HashSet::new();
    for number in 0..10_000_usize {
        // Mostly the cheapest to sign.
        let at = [0, 0, 0, 0, 0, 0, 0, 0, 1, 2][number % 10];
        let (key, verifier) = (&KEYS[at], &verifiers[at]);
        let mut parts = varied(&mut dice, key);
        if number % 7 == 0 {
            edit(&mut parts.claims, "iss", json!("https://other.example"));
            edit(&mut parts.header, "kid", json!("k2"));
            edit(&mut parts.header, "alg", json!("EdDSA"));
            parts.signer = Signer::OtherIssuer;
        }
        let token = build(&parts, key);
        let claims = verifier.verify(&token).await;
        let claims = claims.unwrap_or_else(|why| panic!("number {number}, {why}: {parts:?}"));
        let caller =
            Caller::from_claims(&claims).unwrap_or_else(|why| panic!("{number}, {why:?}: {parts:?}"));
        roles.insert(caller.role);
        assert!(verifier.verify(&token).await.is_ok(), "number {number}, again");
    }
    assert_eq!(roles.len(), Role::ALL.len());
}
