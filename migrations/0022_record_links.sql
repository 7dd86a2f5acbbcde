-- Which records were ever joined, both ways round. Written with the events that say so, in their transaction, and
-- never removed: whether two records are one person's now, or were known to be at some position, is said by the
-- events; this says only which streams have to be read together to know it.
CREATE TABLE record_links (
    stream_id uuid NOT NULL,
    other     uuid NOT NULL,
    PRIMARY KEY (stream_id, other)
);
GRANT SELECT ON record_links TO throughcare_writer, throughcare_projector, throughcare_reader;
GRANT INSERT ON record_links TO throughcare_writer;
