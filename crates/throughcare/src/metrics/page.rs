//! The metrics of one moment. Labels hold names of this program, a node and a projection; nothing of people.

use crate::standing;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use std::sync::atomic::AtomicU64;
use std::time::Duration;
use throughcare_app::proving::WitnessLine;
use throughcare_app::webhooks::{Tally, Tried};
use throughcare_store::projection::{ProjectionState, ProjectionStatus};
use throughcare_store::{
    Check, Connections, InboundCounts, RecheckStanding, Tree, TreeStanding, WebhookStanding, WriterStatus,
};

type Labels = Vec<(&'static str, String)>;

/// A page in the making.
#[derive(Default)]
pub struct Page {
    registry: Registry,
}

impl Page {
    /// What was put on it.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The node itself: its build, its writer, its connections, and whether the database answers it.
    pub fn node(&mut self, database: bool, writer: &WriterStatus, connections: Connections) {
        let version = vec![("version", env!("CARGO_PKG_VERSION").to_owned())];
        self.gauges("throughcare_build_info", "This build; always 1", [(version, 1.0)]);
        self.gauge(
            "throughcare_database_up",
            "1 when the database answered this page in time",
            truth(database),
        );
        self.writer(writer);
        let state = |state: &str| vec![("state", state.to_owned())];
        self.gauges(
            "throughcare_database_connections",
            "Connections for reading, by what they do",
            [
                (state("in_use"), f64::from(connections.in_use)),
                (state("idle"), f64::from(connections.idle)),
            ],
        );
        self.gauge(
            "throughcare_database_connections_most",
            "Most connections for reading that may be open",
            f64::from(connections.most),
        );
    }

    fn writer(&mut self, writer: &WriterStatus) {
        self.gauge(
            "throughcare_writer_waiting_requests",
            "Requests that wait to be written by this node",
            number(writer.waiting),
        );
        self.gauge(
            "throughcare_writer_oldest_wait_seconds",
            "How long the oldest of them has waited",
            writer.oldest_wait.as_secs_f64(),
        );
        if let Some(since) = writer.since_commit {
            self.gauge(
                "throughcare_writer_last_commit_age_seconds",
                "Time since this node's last commit; absent before the first",
                Duration::as_secs_f64(&since),
            );
        }
        self.counter(
            "throughcare_writer_commits",
            "Transactions committed by this node",
            writer.commits,
        );
        self.counter(
            "throughcare_writer_events",
            "Events written by this node",
            writer.events,
        );
        self.counter(
            "throughcare_writer_groups_one_by_one",
            "Groups written append by append, because something stood differently",
            writer.one_by_one,
        );
        let outcome = |outcome: &str| vec![("outcome", outcome.to_owned())];
        self.counters(
            "throughcare_writer_appends",
            "What became of appends: clashed ones met another version, key, reference or identifier",
            [
                (outcome("appended"), writer.appended),
                (outcome("clashed"), writer.clashed),
                (outcome("replayed"), writer.replayed),
                (outcome("unavailable"), writer.unavailable),
                (outcome("unknown"), writer.unknown),
            ],
        );
    }

    /// The log.
    pub fn log(&mut self, check: &Check) {
        self.gauge(
            "throughcare_log_position",
            "Position of the last event",
            number(check.head.position),
        );
        self.gauge(
            "throughcare_log_room_events",
            "How many more events fit into the partitions that exist",
            number(check.room),
        );
    }

    /// The projections: how far behind, and who works on them.
    pub fn projections(&mut self, all: &[ProjectionStatus]) {
        let each = |value: fn(&ProjectionStatus) -> f64| all.iter().map(move |one| (name(one), value(one)));
        self.gauges(
            "throughcare_projection_lag_events",
            "Events recorded and not yet in the lists",
            each(|one| number(one.lag_events)),
        );
        self.gauges(
            "throughcare_projection_lag_seconds",
            "Age of the oldest of them; 0 when there is none",
            each(|one| number(one.lag_seconds)),
        );
        self.gauges(
            "throughcare_projection_parked_people",
            "People whose events cannot be computed",
            each(|one| number(one.parked)),
        );
        self.gauges(
            "throughcare_projection_running",
            "0 while it stands still before an event that only a newer program can read",
            each(|one| truth(one.state == ProjectionState::Running)),
        );
        self.gauges(
            "throughcare_projection_healthy",
            "1 when readiness finds nothing wrong with it",
            each(|one| truth(standing::fault(one).is_none())),
        );
        self.gauges(
            "throughcare_projection_lease_held",
            "1 while a node holds its lease, 0 once it ran out or was given up",
            each(|one| truth(one.lease.lasts)),
        );
        self.gauges(
            "throughcare_projection_lease_fence",
            "Grows whenever the lease changes hands",
            each(|one| number(one.lease.fence)),
        );
        let owners = all.iter().filter_map(|one| {
            let mut labels = name(one);
            labels.push(("node", one.lease.owner.clone()?));
            Some((labels, truth(one.lease.lasts)))
        });
        self.gauges(
            "throughcare_projection_lease_owner",
            "The node that took the lease last: 1 while it lasts, 0 once it ran out",
            owners,
        );
    }

    /// The trees that prove that nothing was altered.
    pub fn trees(&mut self, all: &[TreeStanding]) {
        let each = |value: fn(&TreeStanding) -> f64| all.iter().map(move |one| (tree(one.tree), value(one)));
        self.gauges(
            "throughcare_tree_entries",
            "Entries in the tree",
            each(|one| number(one.size)),
        );
        self.gauges(
            "throughcare_tree_lag_entries",
            "Entries recorded and not yet in the tree",
            each(|one| number(one.behind())),
        );
        self.gauges(
            "throughcare_tree_healthy",
            "0 while the tree stands still because something was altered, or nobody signs it",
            each(|one| truth(standing::tree_fault(one).is_none())),
        );
        self.gauges(
            "throughcare_tree_checkpoint_entries",
            "Entries of the newest checkpoint",
            each(|one| number(one.checkpoint)),
        );
        let ages = all
            .iter()
            .filter_map(|one| Some((tree(one.tree), number(one.age_seconds?))));
        self.gauges(
            "throughcare_tree_checkpoint_age_seconds",
            "Time since the newest checkpoint; absent before the first",
            ages,
        );
    }

    /// Looking again at old rows.
    pub fn rechecks(&mut self, all: &[RecheckStanding]) {
        let each =
            |value: fn(&RecheckStanding) -> f64| all.iter().map(move |one| (tree(one.tree), value(one)));
        self.gauges(
            "throughcare_recheck_healthy",
            "0 while rows are not what they were when they became leaves",
            each(|one| truth(one.differs.is_none())),
        );
        self.gauges(
            "throughcare_recheck_next_entry",
            "The entry that is looked at again next",
            each(|one| number(one.next)),
        );
        self.gauges(
            "throughcare_recheck_idle_seconds",
            "Time since old rows were looked at again",
            each(|one| number(one.idle_seconds)),
        );
        let ages = all
            .iter()
            .filter_map(|one| Some((tree(one.tree), number(one.round_age_seconds?))));
        self.gauges(
            "throughcare_recheck_round_age_seconds",
            "Time since all entries had been looked at again; absent before the first time",
            ages,
        );
    }

    /// Who watches the trees.
    pub fn witnesses(&mut self, all: &[(Tree, WitnessLine)]) {
        let behind = all.iter().map(|(of, line)| {
            let mut labels = tree(*of);
            labels.push(("witness", line.witness.clone()));
            let cosigned = line.cosigned.map_or(0, |(size, _)| size);
            (labels, number(line.newest.saturating_sub(cosigned)))
        });
        self.gauges(
            "throughcare_witness_lag_entries",
            "Entries of the newest checkpoint that the witness has not cosigned",
            behind,
        );
    }

    /// Movements told by a number that no record holds yet.
    pub fn held(&mut self, waiting: u64, stuck: u64) {
        let state = |state: &str| vec![("state", state.to_owned())];
        self.gauges(
            "throughcare_held_movements",
            "Movements kept until a record gains their prisoner number: all of them, and those refused so far",
            [
                (state("waiting"), number(waiting)),
                (state("stuck"), number(stuck)),
            ],
        );
    }

    /// Messages of other systems.
    pub fn messages(&mut self, counts: InboundCounts) {
        let state = |state: &str| vec![("state", state.to_owned())];
        self.gauges(
            "throughcare_inbound_messages",
            "Messages that wait for their effect, those of them that could not be given it so far, those about which \
             somebody has to decide, and those kept until a record holds their number",
            [
                (state("waiting"), number(counts.waiting)),
                (state("stuck"), number(counts.stuck)),
                (state("to_decide"), number(counts.to_decide)),
                (state("held"), number(counts.held)),
            ],
        );
        self.gauge(
            "throughcare_inbound_oldest_wait_seconds",
            "How long the oldest message that waits for its effect has waited",
            number(counts.oldest_seconds),
        );
    }

    /// What this node sent to receivers, by what came of it.
    pub fn webhook_attempts(&mut self, tally: &Tally) {
        let each = Tried::ALL.map(|tried| (vec![("outcome", tried.name().to_owned())], tally.so_far(tried)));
        self.counters(
            "throughcare_webhook_attempts",
            "What was sent to receivers by this node, by what came of it",
            each,
        );
    }

    /// Webhooks. They are counted together: an organisation has few, and is nobody's label.
    pub fn webhooks(&mut self, stand: &WebhookStanding) {
        let state = |state: &str| vec![("state", state.to_owned())];
        self.gauges(
            "throughcare_webhooks",
            "Webhooks that are told what is new, those of them whose receiver did not take something, and disabled ones",
            [
                (state("active"), number(stand.active)),
                (state("failing"), number(stand.failing)),
                (state("disabled"), number(stand.disabled)),
            ],
        );
        self.gauges(
            "throughcare_webhook_deliveries",
            "What waits to be sent, what of it could be sent now, and what was given up in the last 30 days",
            [
                (state("waiting"), number(stand.waiting)),
                (state("due"), number(stand.due)),
                (state("parked"), number(stand.parked)),
            ],
        );
        self.gauge(
            "throughcare_webhook_oldest_due_seconds",
            "Since when the oldest is due that could be sent now",
            number(stand.oldest_due_seconds),
        );
        self.gauge(
            "throughcare_webhook_lag_events",
            "Events of which it is not yet known whether they are told, by the webhook that is furthest behind",
            number(stand.unread_events),
        );
        self.gauge(
            "throughcare_webhook_lag_seconds",
            "Age of the oldest of them; 0 when there is none",
            number(stand.unread_seconds),
        );
        self.gauge(
            "throughcare_webhook_healthy",
            "1 when the doctor finds nothing wrong with telling receivers",
            truth(standing::courier_fault(stand).is_none()),
        );
    }

    fn gauge(&mut self, name: &str, help: &str, value: f64) {
        let gauge = Gauge::<f64, AtomicU64>::default();
        gauge.set(value);
        self.registry.register(name, help, gauge);
    }

    fn gauges(&mut self, name: &str, help: &str, values: impl IntoIterator<Item = (Labels, f64)>) {
        let family = Family::<Labels, Gauge<f64, AtomicU64>>::default();
        for (labels, value) in values {
            family.get_or_create(&labels).set(value);
        }
        self.registry.register(name, help, family);
    }

    fn counter(&mut self, name: &str, help: &str, value: u64) {
        let counter: Counter = Counter::default();
        counter.inc_by(value);
        self.registry.register(name, help, counter);
    }

    fn counters(&mut self, name: &str, help: &str, values: impl IntoIterator<Item = (Labels, u64)>) {
        let family = Family::<Labels, Counter>::default();
        for (labels, value) in values {
            family.get_or_create(&labels).inc_by(value);
        }
        self.registry.register(name, help, family);
    }
}

fn tree(one: Tree) -> Labels {
    vec![("tree", one.name().to_owned())]
}

fn name(one: &ProjectionStatus) -> Labels {
    vec![("projection", one.name.clone())]
}

fn truth(value: bool) -> f64 {
    f64::from(u8::from(value))
}

/// Exact up to 2^53, which no log of ours reaches.
#[expect(clippy::cast_precision_loss, reason = "see above")]
fn number(value: u64) -> f64 {
    value as f64
}
