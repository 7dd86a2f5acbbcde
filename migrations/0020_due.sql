-- By when what a line asks for is to be done, so that a list can be put in that order, and so that what is overdue is
-- found without looking at every line. Lines of before have none until the list is rebuilt.
alter table worklist_rows add column due_on date;

-- What of a service is overdue, by day.
create index worklist_rows_due on worklist_rows (service, due_on, row_id) where known_to is null and due_on is not null;
-- What anybody has not done in time, for those who watch over them.
create index worklist_rows_due_anywhere on worklist_rows (due_on, row_id)
    where known_to is null and closed_on is null and is_primary and due_on is not null;
