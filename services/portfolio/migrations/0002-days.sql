-- A day is closed by what began and what ended in it.
create index lots_begun on portfolio.lots (held_from);
create index lots_ended on portfolio.lots (held_to) where held_to is not null;
-- Cards are never deleted, and lots are written by a join with them: looking each one up again tells nothing.
alter table portfolio.lots drop constraint lots_card_id_fkey;
