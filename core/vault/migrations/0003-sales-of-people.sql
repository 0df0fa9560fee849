-- What somebody bought and what somebody sold, newest first.
create index sales_by_buyer on vault.sales (buyer_id, at desc, id desc);
create index sales_by_seller on vault.sales (seller_id, at desc, id desc);
