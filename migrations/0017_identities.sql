-- Serves the names on a page of a list: of up to a hundred people, the few events that tell who they are. Without it
-- every event of each of them would be read, some from disk. It holds a tenth of the events: what is told of a person
-- after that is care. Corrections are among them, because a name may have been entered in error.
CREATE INDEX events_of_identity ON events (stream_id)
    WHERE (event_type LIKE 'identity.%' OR event_type LIKE 'correction.%');
