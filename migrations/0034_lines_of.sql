-- By which rules the lines of a projection were made. A newer program adds kinds of lines, and what it did not make
-- itself it must not count: lines of before are of version 0, until a rebuild has made all of them anew.
ALTER TABLE checkpoints ADD COLUMN lines_of integer NOT NULL DEFAULT 0;
