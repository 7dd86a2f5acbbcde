//! The bugs that are planted: each in a log that has only this one, and each with the rule that must see it.

use super::checker::Rule;

/// A bug of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    DropsAcknowledged,
    ForgetsKeys,
    IgnoresExpected,
    GivesVersionsTwice,
    TearsAppends,
    SplitsAppends,
    WritesTwice,
    InventsEvents,
    SkipsPositions,
    GivesPositionsTwice,
    AnswersOtherPlaces,
    RefusesAndWrites,
    ForbidsWithoutCause,
    Overtakes,
    ReadsThePast,
    ReadsTheFuture,
    ReadsHalves,
    ReadsWithHoles,
    ConflictsWithoutCause,
    ConflictsWithLaterVersions,
    ConflictsWithFirstVersion,
    ReplaysOtherAnswers,
    ReplaysOtherClients,
    ReplaysOtherRequests,
    ConflictsInsteadOfReplaying,
}

/// Every bug: what it is, and the rule that it breaks.
pub(super) const FAULTS: &[(Fault, &str, Rule)] = &[
    (Fault::DropsAcknowledged, "acknowledges and drops", Rule::Lost),
    (Fault::ForgetsKeys, "appends again on a retry", Rule::KeyDoubled),
    (
        Fault::IgnoresExpected,
        "ignores the expected version",
        Rule::Expected,
    ),
    (Fault::GivesVersionsTwice, "gives a version twice", Rule::Versions),
    (Fault::TearsAppends, "writes one stream of two", Rule::Torn),
    (Fault::SplitsAppends, "lets another append in between", Rule::Torn),
    (Fault::WritesTwice, "writes an append twice", Rule::Twice),
    (
        Fault::InventsEvents,
        "writes an event that nobody sent",
        Rule::Phantom,
    ),
    (Fault::SkipsPositions, "skips a position", Rule::Dense),
    (Fault::GivesPositionsTwice, "gives a position twice", Rule::Dense),
    (Fault::AnswersOtherPlaces, "answers another position", Rule::Place),
    (
        Fault::RefusesAndWrites,
        "refuses and writes all the same",
        Rule::Refused,
    ),
    (Fault::ForbidsWithoutCause, "forbids what is allowed", Rule::Cause),
    (
        Fault::Overtakes,
        "puts an append before one acknowledged earlier",
        Rule::RealTime,
    ),
    (
        Fault::ReadsThePast,
        "reads without what was acknowledged",
        Rule::ReadStale,
    ),
    (
        Fault::ReadsTheFuture,
        "reads what was not yet asked",
        Rule::ReadFuture,
    ),
    (Fault::ReadsHalves, "reads half of an append", Rule::ReadTorn),
    (
        Fault::ReadsWithHoles,
        "leaves an event out of a read",
        Rule::ReadPiece,
    ),
    (
        Fault::ConflictsWithoutCause,
        "conflicts with the version expected",
        Rule::Conflict,
    ),
    (
        Fault::ConflictsWithLaterVersions,
        "conflicts with a version not reached",
        Rule::Conflict,
    ),
    (
        Fault::ConflictsWithFirstVersion,
        "conflicts with a version long gone",
        Rule::Conflict,
    ),
    (Fault::ReplaysOtherAnswers, "replays a wrong answer", Rule::Replay),
    (
        Fault::ReplaysOtherClients,
        "lets another client's key answer",
        Rule::Replay,
    ),
    (
        Fault::ReplaysOtherRequests,
        "replays for another request",
        Rule::Replay,
    ),
    (
        Fault::ConflictsInsteadOfReplaying,
        "forgets the answer of a key",
        Rule::KeyForgotten,
    ),
];
