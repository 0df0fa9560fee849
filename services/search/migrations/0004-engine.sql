-- An index in Elasticsearch or OpenSearch is followed on its own: while it is away, what has changed waits here.
alter table search.marks add column marked_at timestamptz not null default clock_timestamp();
create table search.engine_marks (like search.marks including all);
create index engine_marks_waiting on search.engine_marks (marked_at);
