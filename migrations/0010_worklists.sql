-- What cross-person lists read: rows computed from one person's facts (throughcare-domain, `rows`).
-- A row is an interval in both times: on the list while opened_on <= day < closed_on, and known from one log
-- position to another. A row that changes is closed and followed by another, never overwritten, so that a list
-- can be asked for as it was known on any day. No names and no identifiers stand here.
create table checkpoints (
    name text primary key,
    position bigint not null check (position >= 0),
    moved_at timestamptz not null default clock_timestamp()
);

insert into checkpoints (name, position) values ('worklists', 0);

create table worklist_rows (
    entry bigint generated always as identity primary key,
    kind text not null,
    row_id uuid not null,
    person uuid not null,
    service text,
    organisation text,
    prison text,
    area text,
    opened_on date not null,
    closed_on date,
    is_primary boolean not null,
    detail jsonb not null,
    known_from bigint not null,
    known_to bigint,
    check (known_to is null or known_to > known_from)
) with (fillfactor = 90);

-- A service's list as it is known now, oldest first.
create index worklist_rows_of_service_now on worklist_rows (service, kind, opened_on, row_id) where known_to is null;
-- The same, as it was known on a past day.
create index worklist_rows_of_service_then on worklist_rows (service, kind, opened_on, row_id) where known_to is not null;
-- Releases of an area, a prison or everywhere, by day.
create index worklist_rows_by_day on worklist_rows (kind, opened_on, row_id) where is_primary;
-- What is known now of one person: the projector compares with it.
create index worklist_rows_of_person on worklist_rows (person) where known_to is null;

-- People whose events a projection cannot read: they stand still there, visibly, and the others go on.
create table parked (
    projection text not null references checkpoints (name),
    person uuid not null,
    position bigint not null,
    reason text not null,
    since timestamptz not null default clock_timestamp(),
    primary key (projection, person)
);
