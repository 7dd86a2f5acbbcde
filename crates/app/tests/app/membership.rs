//! A membership that ends opens nothing any more: not on another node, nor for what is being recorded in that moment.

use crate::projecting::node;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use throughcare_app::{
    Address, Answer, App, AppError, Caller, ENDED_WITHIN, Ids, Request, SEEN_WITHIN, Standing, SystemClock,
    SystemIds,
};
use throughcare_domain::code::{ClientName, OrganisationCode, UserName};
use throughcare_domain::command::{Asked, Command, Demographics, NamesTold};
use throughcare_domain::decide::{MemberCommand, OrganisationCommand};
use throughcare_domain::event::{Actor, Role};
use throughcare_domain::fact::Sector;
use throughcare_domain::id::{IdSource, MemberId};
use throughcare_domain::when::Occurred;
use throughcare_testkit::TestDatabase;
use uuid::Uuid;

fn organisation() -> OrganisationCode {
    OrganisationCode::parse("northshire-recovery").unwrap()
}

fn request(app: &App, user: Option<&str>, standing: Standing, role: Role) -> Request {
    Request {
        caller: Caller {
            actor: Actor {
                client: "northshire-records".into(),
                user: user.map(str::to_owned),
                organisation: organisation(),
                role,
            },
            on_behalf_of: None,
            purpose: None,
            looks: Default::default(),
            standing,
        },
        correlation: Uuid::nil(),
        received_at: app.clock().now(),
        key: None,
        if_match: None,
        source: None,
        import: None,
    }
}

fn worker(app: &App) -> Request {
    let claims = Standing::Claims(organisation());
    request(app, Some("a.worker"), claims, Role::Worker)
}

async fn tells(app: &App, command: OrganisationCommand) -> Answer {
    let request = request(app, None, Standing::Trusted, Role::Administrator);
    let now = Occurred::At(request.received_at);
    app.administer(now, command, request).await.unwrap()
}

async fn says(app: &App, command: MemberCommand) -> Answer {
    let organisation = organisation();
    tells(
        app,
        OrganisationCommand::Members {
            organisation,
            command,
        },
    )
    .await
}

/// Registers the organisation, its system and a worker: the worker's membership.
async fn set_up(app: &App) -> MemberId {
    let register = OrganisationCommand::Register {
        organisation: organisation(),
        name: "Northshire Recovery".into(),
    };
    tells(app, register).await;
    let client = MemberCommand::RegisterClient {
        client: ClientName::parse("northshire-records").unwrap(),
        sector: Sector::Treatment,
        roles: vec![Role::Worker],
        services: Vec::new(),
    };
    says(app, client).await;
    let member = MemberCommand::Grant {
        user: UserName::parse("a.worker").unwrap(),
        role: Role::Worker,
        from: None,
        until: None,
    };
    MemberId(says(app, member).await.created("member").unwrap())
}

async fn registers_somebody(app: &App) -> Result<Answer, AppError> {
    let asked = Asked {
        under: String::new(),
        occurred: Occurred::At(app.clock().now()),
        note: None,
        command: Command::Register {
            demographics: Demographics {
                names: NamesTold {
                    given: Some("Robin".into()),
                    family: Some("Ashdown".into()),
                },
                date_of_birth: None,
                sex: None,
                ethnicity: None,
            },
            identifiers: Vec::new(),
            residence: None,
        },
    };
    app.record(Address::New, vec![asked], worker(app)).await
}

/// Ids that are asked for after a command was read and judged, and before it is appended: there it can be held.
struct Held {
    armed: AtomicBool,
    judged: SyncSender<()>,
    go_on: Mutex<Receiver<()>>,
}

impl Ids for Held {
    fn source(&self) -> Box<dyn IdSource + Send> {
        if self.armed.swap(false, Ordering::SeqCst) {
            self.judged.send(()).unwrap();
            let go_on = self.go_on.lock().unwrap_or_else(PoisonError::into_inner);
            go_on.recv_timeout(Duration::from_secs(60)).unwrap();
        }
        SystemIds.source()
    }
}

/// What comes of a command during which something else is told of its organisation, by another node.
async fn while_it_is_recorded(
    between: impl AsyncFnOnce(&App, MemberId),
) -> (Result<Answer, AppError>, u64, u64) {
    let database = TestDatabase::new().await;
    let keeper = node(&database).await;
    let member = set_up(&keeper).await;
    let (judged, told) = sync_channel(1);
    let (release, go_on) = sync_channel(1);
    let held = Arc::new(Held {
        armed: AtomicBool::new(true),
        judged,
        go_on: Mutex::new(go_on),
    });
    let recording = App::open(database.store().await, Arc::new(SystemClock), held)
        .await
        .unwrap();
    let command = tokio::spawn(async move { registers_somebody(&recording).await });
    tokio::task::spawn_blocking(move || told.recv_timeout(Duration::from_secs(60)))
        .await
        .unwrap()
        .unwrap();
    between(&keeper, member).await;
    let before = keeper.store().head().await.unwrap().position;
    release.send(()).unwrap();
    let answered = command.await.unwrap();
    let after = keeper.store().head().await.unwrap().position;
    (answered, before, after)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn given_a_command_that_was_judged_when_the_membership_ends_then_it_is_not_appended() {
    let ended = async |keeper: &App, member: MemberId| {
        says(keeper, MemberCommand::End(member)).await;
    };
    let (answered, before, after) = while_it_is_recorded(ended).await;
    assert!(
        matches!(answered, Err(AppError::NoMembership(_))),
        "{:?}",
        answered.err()
    );
    assert_eq!(before, after, "nothing was recorded");

    // The control: something else about the organisation makes it be judged again, and recorded.
    let other = async |keeper: &App, _: MemberId| {
        let client = MemberCommand::RegisterClient {
            client: ClientName::parse("another-system").unwrap(),
            sector: Sector::Treatment,
            roles: vec![Role::Worker],
            services: Vec::new(),
        };
        says(keeper, client).await;
    };
    let (answered, before, after) = while_it_is_recorded(other).await;
    answered.unwrap();
    assert!(after > before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn given_a_membership_that_ended_on_another_node_then_this_one_lets_nobody_in_when_it_has_looked_again()
{
    let database = TestDatabase::new().await;
    let (keeper, app) = (node(&database).await, node(&database).await);
    let member = set_up(&keeper).await;
    let caller = worker(&app).caller;
    app.admit(&caller).await.unwrap();
    says(&keeper, MemberCommand::End(member)).await;
    assert!(matches!(
        registers_somebody(&app).await,
        Err(AppError::NoMembership(_))
    ));
    tokio::time::sleep(SEEN_WITHIN).await;
    assert!(matches!(app.admit(&caller).await, Err(AppError::NoMembership(_))));
    // Granted again there, it counts here at once.
    let again = MemberCommand::Grant {
        user: UserName::parse("a.worker").unwrap(),
        role: Role::Worker,
        from: None,
        until: None,
    };
    says(&keeper, again).await;
    app.admit(&caller).await.unwrap();
    registers_somebody(&app).await.unwrap();
}

/// An old yes is none: whoever cannot look says that, and lets nobody in.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn given_a_database_that_is_away_then_after_a_moment_nobody_is_let_in() {
    let database = TestDatabase::new().await;
    let app = node(&database).await;
    set_up(&app).await;
    let caller = worker(&app).caller;
    app.admit(&caller).await.unwrap();
    app.store().close().await;
    tokio::time::sleep(ENDED_WITHIN).await;
    let refused = app.admit(&caller).await;
    assert!(matches!(refused, Err(AppError::Unavailable(_))), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn given_nobody_was_ever_granted_anything_then_nobody_is_let_in() {
    let database = TestDatabase::new().await;
    let app = node(&database).await;
    assert!(matches!(
        app.admit(&worker(&app).caller).await,
        Err(AppError::NoMembership(_))
    ));
}
