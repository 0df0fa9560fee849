-- People see where they are signed in: with what, from which address, and since when.
alter table auth.sessions add column user_agent text not null default '';
alter table auth.sessions add column address text not null default '';

-- Lists the live sessions of a person, the last one first; ids grow with time.
create index sessions_live_of_user on auth.sessions (user_id, id) where ended_at is null;
drop index auth.sessions_live_by_user;
