//! The record of an event has one form.

use proptest::prelude::*;
use throughcare_proof::record::{ActRecord, EventRecord, LookRecord, When};
use throughcare_proof::tree::Hash;
use uuid::Uuid;

fn record() -> EventRecord {
    EventRecord {
        event: Uuid::from_u128(1),
        stream_kind: "person".into(),
        stream: Uuid::from_u128(2),
        version: 3,
        event_type: "referral_received".into(),
        schema: 1,
        occurred: When::On("2026-09-01".parse().unwrap()),
        received: "2026-09-01T08:00:00Z".parse().unwrap(),
        recorded: "2026-09-01T08:00:00.000123Z".parse().unwrap(),
        origin: "machine".into(),
        client: "delius".into(),
        user: Some("A 100% sure\nuser".into()),
        organisation: "prob-kent".into(),
        role: "liaison".into(),
        on_behalf_of: None,
        purpose: "direct_care".into(),
        correlation: Uuid::from_u128(4),
        causation: Some(Uuid::from_u128(5)),
        source: Some(("delius".into(), "ref 1".into())),
        key_version: 1,
        payload: Hash([0xab; 32]),
    }
}

#[test]
fn a_record_is_this_text() {
    let text = "throughcare event 1\n\
        event 00000000-0000-0000-0000-000000000001\n\
        stream person 00000000-0000-0000-0000-000000000002\n\
        version 3\n\
        type referral_received 1\n\
        occurred on 2026-09-01\n\
        received 2026-09-01T08:00:00.000000Z\n\
        recorded 2026-09-01T08:00:00.000123Z\n\
        origin machine\n\
        client delius\n\
        user A 100%25 sure%0auser\n\
        organisation prob-kent\n\
        role liaison\n\
        purpose direct_care\n\
        correlation 00000000-0000-0000-0000-000000000004\n\
        causation 00000000-0000-0000-0000-000000000005\n\
        system delius\n\
        reference ref 1\n\
        key 1\n\
        payload abababababababababababababababababababababababababababababababab\n";
    assert_eq!(String::from_utf8(record().to_bytes()).unwrap(), text);
    assert_eq!(EventRecord::parse(text.as_bytes()), Ok(record()));
    for (from, to) in [
        ("event 1", "event 2"),
        ("version 3", "version 03"),
        ("2026-09-01\n", "2026-9-01\n"),
        ("08:00:00.000000Z", "08:00:00Z"),
        ("ababab", "ABABAB"),
        ("%25", "%"),
        ("%0a", "%0A"),
        ("role liaison\n", ""),
        ("key 1\n", "key 1\nkey 1\n"),
        ("correlation 0", "correlation {0"),
        ("000000Z", "000000+00:00"),
        ("on 2026", "at 2026"),
        ("reference ref 1\n", ""),
    ] {
        assert_ne!(text.replacen(from, to, 1), text, "{from}");
        assert!(
            EventRecord::parse(text.replacen(from, to, 1).as_bytes()).is_err(),
            "{to}"
        );
    }
    assert!(EventRecord::parse(b"\xff\n").is_err());
}

proptest! {
    #[test]
    fn any_text_comes_back(user in ".{0,40}", client in "\\PC{1,20}", system in any::<String>(), at in any::<bool>(),
                           version in 1_u32..) {
        let mut one = record();
        one.user = Some(user);
        one.client = client;
        one.source = Some((system.clone(), system));
        one.version = version;
        if at { one.occurred = When::At("1999-12-31T23:59:59.999999Z".parse().unwrap()); }
        let bytes = one.to_bytes();
        prop_assert_eq!(bytes.iter().filter(|&&byte| byte == b'\n').count(), 20);
        prop_assert_eq!(EventRecord::parse(&bytes), Ok(one));
    }
}

fn look() -> LookRecord {
    LookRecord {
        look: 7,
        at: "2026-09-01T08:00:00.000123Z".parse().unwrap(),
        person: Some(Uuid::from_u128(2)),
        client: "case-system".into(),
        user: Some("a.user".into()),
        on_behalf_of: None,
        organisation: "northshire".into(),
        role: "worker".into(),
        purpose: "direct_care".into(),
        route: "GET /v1/people/{id}".into(),
        extent: "record".into(),
        grounds: "treats handed_over".into(),
        correlation: Uuid::from_u128(4),
    }
}

#[test]
fn a_look_is_this_text() {
    let text = "throughcare look 1\n\
        look 7\n\
        at 2026-09-01T08:00:00.000123Z\n\
        person 00000000-0000-0000-0000-000000000002\n\
        client case-system\n\
        user a.user\n\
        organisation northshire\n\
        role worker\n\
        purpose direct_care\n\
        route GET /v1/people/{id}\n\
        extent record\n\
        grounds treats handed_over\n\
        correlation 00000000-0000-0000-0000-000000000004\n";
    assert_eq!(String::from_utf8(look().to_bytes()).unwrap(), text);
    assert_eq!(LookRecord::parse(text.as_bytes()), Ok(look()));
    for (from, to) in [
        ("look 1", "look 2"),
        ("look 7", "look 07"),
        ("000123Z", "000123+00:00"),
        ("person 0", "person {0"),
        ("extent record\n", ""),
        ("4\n", "4\nmore\n"),
    ] {
        let other = text.replacen(from, to, 1);
        assert_ne!(other, text, "{from}");
        assert!(LookRecord::parse(other.as_bytes()).is_err(), "{to}");
    }
    let nobody = LookRecord {
        person: None,
        user: None,
        ..look()
    };
    assert_eq!(LookRecord::parse(&nobody.to_bytes()), Ok(nobody));
}

#[test]
fn an_act_is_this_text() {
    let act = ActRecord {
        kind: "code-list".into(),
        number: 3,
        at: "2026-09-01T08:00:00Z".parse().unwrap(),
        of: "prisons".into(),
        what: "2026-09".into(),
        by: Some("an administrator".into()),
    };
    let text = "throughcare act 1\n\
        kind code-list\n\
        number 3\n\
        at 2026-09-01T08:00:00.000000Z\n\
        of prisons\n\
        what 2026-09\n\
        by an administrator\n";
    assert_eq!(String::from_utf8(act.to_bytes()).unwrap(), text);
    assert_eq!(ActRecord::parse(text.as_bytes()), Ok(act));
    for (from, to) in [
        ("act 1", "look 1"),
        ("number 3", "number +3"),
        ("of prisons\n", ""),
    ] {
        assert!(
            ActRecord::parse(text.replacen(from, to, 1).as_bytes()).is_err(),
            "{to}"
        );
    }
}
