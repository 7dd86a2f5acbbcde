//! What becomes of each table when a person is erased. A test fails for a table that is not here.

/// What an erasure does to a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Its rows of the person go, or what they say of the person.
    Purged,
    /// It holds nothing of a person, or must keep what it holds, because …
    Stays(&'static str),
}

use Kept::{Purged, Stays};

/// Every table of the main database.
pub const TABLES: &[(&str, Kept)] = &[
    (
        "events",
        Stays("what is personal in it is sealed, and its keys are destroyed; the log is never changed"),
    ),
    ("log_head", Stays("it counts positions")),
    (
        "streams",
        Stays("it holds ids and versions, with which a late append is compared"),
    ),
    (
        "entities",
        Stays("it holds ids, so that what named them is answered with what is left"),
    ),
    (
        "record_links",
        Stays("it holds ids, so that others' records are read with what is left"),
    ),
    (
        "concerned",
        Stays(
            "it holds ids, and organisations that the log names as well; without it others could not read what is left",
        ),
    ),
    ("concerned_filled", Stays("it holds positions")),
    ("idempotency", Purged),
    ("external_references", Purged),
    ("identifier_claims", Purged),
    ("match_keys", Purged),
    ("possible_matches", Purged),
    ("match_keys_made", Stays("it holds positions")),
    ("held_movements", Purged),
    ("inbound_messages", Purged),
    ("worklist_rows", Purged),
    ("webhook_deliveries", Purged),
    (
        "webhooks",
        Stays("it says where an organisation is told, nothing of anybody it is told of"),
    ),
    ("webhook_secrets", Stays("as webhooks")),
    (
        "webhook_happenings",
        Stays("what administrators did with webhooks"),
    ),
    (
        "national_return_rows",
        Stays(
            "keyed references and fingerprints, which lead to nobody without the key; the next return takes back what was \
             sent of the person, and then they go",
        ),
    ),
    ("national_returns", Stays("it holds counts of what was sent")),
    (
        "parked",
        Stays("it names an event and why it cannot be read, never what it says"),
    ),
    ("checkpoints", Stays("it holds positions")),
    ("leases", Stays("it names nodes")),
    ("rebuilds", Stays("it holds positions")),
    ("rebuild_ranges", Stays("it holds ids and counts")),
    ("rebuild_parked", Stays("as parked")),
    (
        "looks",
        Stays("who looked at whom is kept for good: ids and roles, nothing of what was shown"),
    ),
    (
        "trees",
        Stays(
            "it holds hashes of what is sealed and of envelopes, which prove that nothing else was altered",
        ),
    ),
    ("tree_tiles", Stays("as trees")),
    ("tree_edges", Stays("as trees")),
    ("tree_checkpoints", Stays("as trees")),
    ("tree_cosignatures", Stays("it holds signatures of witnesses")),
    ("tree_rechecks", Stays("it holds numbers of leaves")),
    ("log_identity", Stays("it names the log")),
    ("beside_waiting", Stays("it holds numbers of rows")),
    ("beside_leaves", Stays("it holds numbers of rows")),
    ("erasures", Stays("it holds ids of erasures")),
    ("benchmarks", Stays("published values are nobody's data")),
    ("area_neighbours", Stays("published values are nobody's data")),
    ("reference_lists", Stays("code lists are nobody's data")),
    ("reference_codes", Stays("code lists are nobody's data")),
    ("reference_uses", Stays("code lists are nobody's data")),
    ("_sqlx_migrations", Stays("it names migrations")),
];

/// Every table of the key store.
pub const KEY_TABLES: &[(&str, Kept)] = &[
    ("stream_keys", Purged),
    (
        "destroyed_keys",
        Stays("it tells that keys were destroyed, and by which erasure"),
    ),
    ("key_store", Stays("one row about key-encryption keys")),
    ("_sqlx_migrations", Stays("it names migrations")),
];
