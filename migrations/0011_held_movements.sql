-- Movements of prisoners whom no record here names. Most prisoners are nobody's clients: no person is made for
-- them. They wait sealed, found only by the blind index of the prisoner number, and are recorded when a record
-- gains that number, or forgotten when their time is over.
create table held_movements (
    id uuid primary key,
    prisoner bytea not null check (length(prisoner) = 32),
    client text not null check (length(client) between 1 and 100),
    key uuid,
    fingerprint bytea check (length(fingerprint) = 32),
    source_system text check (length(source_system) between 1 and 60),
    source_reference text check (length(source_reference) between 1 and 100),
    wrapped bytea not null,
    sealed bytea not null check (length(sealed) <= 65536),
    held_at timestamptz not null default clock_timestamp(),
    held_until timestamptz not null,
    attempts smallint not null default 0,
    last_error text,
    unique (client, key),
    unique (client, source_system, source_reference)
);

-- Looking for movements whose number became known.
create index held_movements_of_prisoner on held_movements (prisoner);
-- Forgetting those whose time is over.
create index held_movements_by_end on held_movements (held_until);
