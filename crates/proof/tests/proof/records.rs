//! The record of an event has one form.

use proptest::prelude::*;
use throughcare_proof::record::{EventRecord, When};
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
