-- Who works on which projection, why one stands still, and what a rebuild beside the live table has done so far.
--
-- worklist_rows stays as it is, rows and all: a rebuild makes a second table beside it (same columns, indexes and
-- grants, taken from the catalogue) and gives it the name in the transaction that drops the old one. So whoever
-- reads the lists reads one plain table, with the same plans as before, and nothing is recomputed by this migration.

-- A projection that met an event of a newer program stands still before it, and says so here.
alter table checkpoints
    add column stopped_reason text check (length(stopped_reason) between 1 and 500),
    add column stopped_at timestamptz,
    add check ((stopped_reason is null) = (stopped_at is null));

-- Who may write a projection's rows. The fence grows whenever the lease changes hands, and whoever writes compares
-- it in the transaction of the write: a worker that slept through its lease writes nothing. A row of its own, so
-- that renewing never waits for a batch's lock on the checkpoint. Work is a projection, or the rebuild of one.
create table leases (
    work text primary key check (length(work) between 1 and 80),
    owner text check (length(owner) between 1 and 200),
    fence bigint not null default 0 check (fence >= 0),
    until timestamptz,
    check ((owner is null) = (until is null))
) with (fillfactor = 50);

insert into leases (work) select name from checkpoints union all select 'rebuild ' || name from checkpoints;

-- A parked person stands at the event before `position`. `tries` counts the attempts, the first one included.
alter table parked
    add column tries integer not null default 1 check (tries > 0),
    add column tried_at timestamptz not null default clock_timestamp();
-- Until now `position` was the checkpoint before the batch in which the event stood.
comment on column parked.position is 'the event that could not be read or computed';

-- A rebuild under way. `target` is the position up to which the ranges are loaded; `position` how far the new
-- table is once they all are. Another program computes other rows, so it does not go on from these.
create table rebuilds (
    projection text primary key references checkpoints (name),
    program text not null check (length(program) between 1 and 100),
    target bigint not null check (target >= 0),
    position bigint check (position >= target),
    started_at timestamptz not null default clock_timestamp()
);

-- The streams of each range: those after `low`, up to and with `high`. A range is marked finished in the
-- transaction that writes its rows.
create table rebuild_ranges (
    projection text not null references rebuilds (projection) on delete cascade,
    ordinal integer not null,
    low uuid not null,
    high uuid not null,
    events bigint not null check (events >= 0),
    rows bigint check (rows >= 0),
    finished_at timestamptz,
    primary key (projection, ordinal),
    check ((rows is null) = (finished_at is null))
);

-- People whose events the rebuild could not read or compute; they become the parked ones with the switch.
create table rebuild_parked (
    projection text not null references rebuilds (projection) on delete cascade,
    person uuid not null,
    position bigint not null,
    reason text not null,
    primary key (projection, person)
);
