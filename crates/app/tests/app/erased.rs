//! Whom two people agreed to erase is gone when the day has come, and nobody else is.

use crate::projecting::{catch_up, compared, county, record};
use jiff::{Timestamp, ToSpan as _};
use std::sync::{Arc, Mutex};
use throughcare_app::query::Times;
use throughcare_app::{Address, App, AppError, Caller, Clock, Request, Standing, SystemClock, SystemIds};
use throughcare_domain::code::{Code, OrganisationCode};
use throughcare_domain::command::{Asked, Command, ProtectionCommand};
use throughcare_domain::event::{Actor, Body, Role};
use throughcare_domain::fact::Erased;
use throughcare_domain::history::History;
use throughcare_domain::id::{ErasureId, HoldId, PersonId};
use throughcare_domain::reference::ReferenceData;
use throughcare_domain::rows::RowKind;
use throughcare_domain::stream::{StreamId, StreamKind};
use throughcare_domain::when::Occurred;
use throughcare_testkit::TestDatabase;
use tokio::sync::watch;
use uuid::Uuid;

/// A clock that is put forward.
#[derive(Clone)]
struct Hands(Arc<Mutex<Timestamp>>);

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

impl Hands {
    fn forward(&self, days: i64) {
        let mut hands = self.0.lock().unwrap();
        *hands += (24 * days).hours();
    }
}

fn somebody(user: &str, organisation: &OrganisationCode, role: Role) -> Caller {
    Caller {
        actor: Actor {
            client: "test".into(),
            user: Some(user.into()),
            organisation: organisation.clone(),
            role,
        },
        on_behalf_of: None,
        purpose: None,
        looks: Default::default(),
        standing: Standing::Trusted,
    }
}

/// A node with the code lists that come with the program.
async fn node(database: &TestDatabase, clock: &Hands) -> App {
    let store = database.store().await;
    for list in ReferenceData::bundled().lists() {
        store.load_reference(list, "test").await.unwrap();
    }
    App::open(store, Arc::new(clock.clone()), Arc::new(SystemIds))
        .await
        .unwrap()
}

/// Privacy officers: one of the organisation that asks, one of the organisation that agrees.
struct Officers<'a> {
    app: &'a App,
    organisation: OrganisationCode,
    other: OrganisationCode,
    clock: Hands,
}

/// Who agrees to an erasure for which an organisation asks.
fn agreeing(history: &History, asking: &OrganisationCode) -> OrganisationCode {
    let state = history.now();
    let accepted = state.referrals.iter().filter(|one| one.accepted.is_some());
    let care: Vec<_> = accepted
        .map(|one| state.responsible(&one.to_service, &one.to_organisation))
        .chain(
            state
                .episodes
                .iter()
                .map(|one| state.responsible(&one.service, &one.organisation)),
        )
        .collect();
    let other = care.iter().find(|one| **one != asking).or(care.first());
    other.map_or_else(|| asking.clone(), |one| (*one).clone())
}

impl Officers<'_> {
    async fn say(&self, user: &str, at: Address, command: ProtectionCommand) -> Result<Uuid, AppError> {
        let now = self.clock.now();
        let asked = Asked {
            under: String::new(),
            occurred: Occurred::At(now),
            note: None,
            command: Command::Protection(command),
        };
        let request = Request {
            caller: somebody(
                user,
                if user == "q.officer" {
                    &self.other
                } else {
                    &self.organisation
                },
                Role::PrivacyOfficer,
            ),
            correlation: Uuid::nil(),
            received_at: now,
            key: None,
            if_match: None,
            source: None,
            import: None,
        };
        let answer = self.app.record(at, vec![asked], request).await?;
        Ok(answer.created.first().map_or(Uuid::nil(), |one| one.id))
    }
}

async fn erase(app: &App) -> u64 {
    catch_up(app).await;
    let (_stopping, stop) = watch::channel(false);
    let erased = app.erase_now(&stop).await.unwrap();
    catch_up(app).await;
    erased
}

fn code(text: &str) -> Code {
    Code::parse(text).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn given_two_people_who_agree_when_seven_days_are_over_then_the_person_is_gone_and_the_others_are_not()
{
    let database = TestDatabase::new().await;
    let clock = Hands(Arc::new(Mutex::new(SystemClock.now())));
    let app = node(&database, &clock).await;
    let county = county(12);
    record(&app, &county).await;
    catch_up(&app).await;
    // Given: somebody whom an organisation treats, and another.
    let people: Vec<StreamId> = {
        let mut people: Vec<_> = county.entries.iter().map(|entry| entry.stream).collect();
        people.retain(|stream| stream.kind == StreamKind::Person);
        people.sort_unstable();
        people.dedup();
        people
    };
    let (gone, stays) = (people[0], people[1]);
    let organisation = |person: StreamId| {
        let mut told = county.entries.iter().filter(|entry| entry.stream == person);
        told.next().unwrap().actor.organisation.clone()
    };
    let asking = organisation(gone);
    let told = History::new(
        app.store()
            .read_stream(&throughcare_store::Reach::EVERYBODY, gone, None)
            .await
            .unwrap(),
    );
    let officers = Officers {
        app: &app,
        other: agreeing(&told, &asking),
        organisation: asking,
        clock: clock.clone(),
    };
    let events_of = async |person: StreamId| {
        app.store()
            .read_stream(&throughcare_store::Reach::EVERYBODY, person, None)
            .await
            .unwrap()
    };
    let before = (events_of(gone).await, events_of(stays).await);
    assert!(before.0.iter().all(|event| event.fact().is_some()));

    // When: one asks, another agrees, and a hold is placed and lifted.
    let person = Address::Found(PersonId(gone.id));
    let ask = ProtectionCommand::AskErasure {
        what: Erased::Everything,
        basis: code("unlawful"),
    };
    let erasure = ErasureId(officers.say("p.officer", person, ask).await.unwrap());
    let at = Address::Entity(erasure.0);
    let confirm = || ProtectionCommand::ConfirmErasure(erasure);
    assert!(matches!(
        officers.say("p.officer", at, confirm()).await,
        Err(AppError::Refused(_) | AppError::WrongRole(_))
    ));
    assert_eq!(erase(&app).await, 0, "nobody agreed");
    officers.say("q.officer", at, confirm()).await.unwrap();
    clock.forward(6);
    assert_eq!(erase(&app).await, 0, "six days");
    let hold = ProtectionCommand::PlaceHold {
        ground: code("inquest"),
    };
    let hold = HoldId(officers.say("q.officer", person, hold).await.unwrap());
    clock.forward(2);
    assert_eq!(erase(&app).await, 0, "held");
    assert!(events_of(gone).await.iter().all(|event| event.fact().is_some()));
    let lift = ProtectionCommand::LiftHold {
        hold,
        reason: code("concluded"),
    };
    officers
        .say("q.officer", Address::Entity(hold.0), lift)
        .await
        .unwrap();

    // Then: nothing of them is left, and the tombstone says who decided.
    assert_eq!(erase(&app).await, 1);
    let after = events_of(gone).await;
    assert_eq!(after.len(), before.0.len() + 4);
    assert!(
        after
            .iter()
            .all(|event| matches!(event.body, Body::Erased) && event.identity.is_none())
    );
    let worker = somebody("somebody", &organisation(gone), Role::Worker);
    let looked = app.person(&worker, PersonId(gone.id), Times::default()).await;
    assert!(matches!(looked, Err(AppError::NotFound)));
    let officer = somebody("p.officer", &organisation(gone), Role::PrivacyOfficer);
    let protection = app.protection(&officer, PersonId(gone.id)).await;
    assert!(matches!(protection, Err(AppError::NotFound)));
    let again = ProtectionCommand::PlaceHold {
        ground: code("inquest"),
    };
    assert!(matches!(
        officers.say("p.officer", person, again).await,
        Err(AppError::NotFound)
    ));
    let directory = app.directory().await.unwrap();
    let tombstone = directory.tombstone(erasure).unwrap();
    assert_eq!(tombstone.records, [PersonId(gone.id)]);
    assert_eq!(
        (tombstone.asked_by.as_str(), tombstone.confirmed_by.as_str()),
        ("p.officer", "q.officer")
    );

    // Then: the lists are what a rebuild makes of what is left, the others are as they were, and it is done once.
    assert!(compared(&app).await.equal());
    assert_eq!(events_of(stays).await, before.1);
    assert_eq!(erase(&app).await, 0);
    assert_eq!(directory.erased().len(), 1);

    // Then: figures say that somebody is missing.
    let lists = [RowKind::Caseload];
    let auditor = somebody("an.auditor", &organisation(stays), Role::Auditor);
    let service = directory.services().next().unwrap().code.clone();
    let counts = app
        .worklist_counts(&auditor, &service, &lists, Times::default())
        .await;
    assert_eq!(counts.unwrap().erased_people, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn given_that_names_alone_are_erased_then_coded_facts_and_figures_stay() {
    let database = TestDatabase::new().await;
    let clock = Hands(Arc::new(Mutex::new(SystemClock.now())));
    let app = node(&database, &clock).await;
    let county = county(6);
    record(&app, &county).await;
    catch_up(&app).await;
    let told = county.entries.iter();
    let entry = told
        .into_iter()
        .find(|entry| entry.stream.kind == StreamKind::Person);
    let (person, organisation) = entry
        .map(|entry| (entry.stream, entry.actor.organisation.clone()))
        .unwrap();
    let told = History::new(
        app.store()
            .read_stream(&throughcare_store::Reach::EVERYBODY, person, None)
            .await
            .unwrap(),
    );
    let officers = Officers {
        app: &app,
        other: agreeing(&told, &organisation),
        organisation,
        clock: clock.clone(),
    };
    let named = app
        .store()
        .read_stream(&throughcare_store::Reach::EVERYBODY, person, None)
        .await
        .unwrap();
    assert!(named.iter().any(|event| event.identity.is_some()));
    let ask = ProtectionCommand::AskErasure {
        what: Erased::Identity,
        basis: code("retention_ended"),
    };
    let erasure = officers
        .say("p.officer", Address::Found(PersonId(person.id)), ask)
        .await
        .unwrap();
    let confirm = ProtectionCommand::ConfirmErasure(ErasureId(erasure));
    officers
        .say("q.officer", Address::Entity(erasure), confirm)
        .await
        .unwrap();
    clock.forward(7);
    assert_eq!(erase(&app).await, 1);
    let left = app
        .store()
        .read_stream(&throughcare_store::Reach::EVERYBODY, person, None)
        .await
        .unwrap();
    assert!(left.iter().all(|event| event.identity.is_none()));
    let facts = |events: &[throughcare_domain::event::RecordedEvent]| -> Vec<_> {
        events
            .iter()
            .take(named.len())
            .map(|event| event.body.clone())
            .collect()
    };
    assert_eq!(facts(&left), facts(&named));
    assert!(compared(&app).await.equal());
    // It is not carried out again at each look, and no figure is without them.
    assert_eq!(erase(&app).await, 0);
    let directory = app.directory().await.unwrap();
    assert_eq!((directory.erased().len(), directory.people_gone()), (1, 0));
}
