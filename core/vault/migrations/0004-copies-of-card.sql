-- The copies of a card, by id: a page of them reads no more than itself, however many there are.
create index copies_of_card on vault.copies (card_id, id);
