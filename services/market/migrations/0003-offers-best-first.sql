-- All open offers, best first: whoever holds many cards finds theirs sooner by going through the offers than by
-- asking for each of their targets.
create index offers_best_of_all on market.offers ((-amount), id) where state = 'open';
