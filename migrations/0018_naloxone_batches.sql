-- "Who holds batch X" (cases.md, N1): lines of kits that clients got and of batches on shelves, found by what stands
-- on the pack, whosever they are. Only what is known now: the past of a batch is asked of one service at a time.
CREATE INDEX worklist_rows_of_batch ON worklist_rows ((detail ->> 'batch'), kind, opened_on, row_id)
    WHERE kind IN ('naloxone_kit', 'naloxone_stock') AND known_to IS NULL;
