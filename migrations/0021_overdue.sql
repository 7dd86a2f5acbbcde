-- What is overdue is asked for by day, past days included: then lines count that are closed by now. Most lines close
-- in time and are nobody's business; only what closed after the day on which it was due is kept at hand.
drop index worklist_rows_due;
create index worklist_rows_due on worklist_rows (service, due_on, row_id, kind, closed_on)
    where known_to is null and due_on is not null and (closed_on is null or closed_on > due_on + 1);
-- The same for those who watch over services. What is open is in worklist_rows_due_anywhere.
create index worklist_rows_done_late on worklist_rows (due_on, row_id, kind, closed_on)
    where known_to is null and is_primary and closed_on > due_on + 1;
-- A review and a profile of one episode may be due on one day: which line a page ends at, its kind says as well.
drop index worklist_rows_due_anywhere;
create index worklist_rows_due_anywhere on worklist_rows (due_on, row_id, kind)
    where known_to is null and is_primary and due_on is not null and closed_on is null;
