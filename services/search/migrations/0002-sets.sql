-- Without it, what is newest in one set is found by going through everything that is newer.
create index documents_a_set on search.documents_a (kind, set_code, id);
create index documents_b_set on search.documents_b (kind, set_code, id);
