use super::*;
use throughcare_domain::continuity::CareState;

#[test]
fn every_state_of_the_rules_can_be_asked_for() {
    for name in CareState::NAMES {
        let wire: CareStateWire = serde_json::from_value(name.into()).unwrap();
        assert_eq!(wire.as_str(), name);
    }
    assert!(serde_json::from_value::<CareStateWire>("lost".into()).is_err());
}

#[test]
fn a_query_names_what_it_does_not_know() {
    let query: ReleasesQuery =
        crate::query::read("service=north&state=not_found&from=2026-03-01&perPage=100").unwrap();
    assert_eq!(
        (query.state, query.per_page),
        (Some(CareStateWire::NotFound), Some(100))
    );
    for odd in [
        "state=lost",
        "prison=mdi",
        "service=North%20Shire",
        "perPage=0",
        "from=2026-02-30",
        "knownAt=x",
    ] {
        assert!(crate::query::read::<ReleasesQuery>(odd).is_err(), "{odd}");
    }
}
