//! The headers in which tokens come.

use super::*;

pub(super) fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
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
