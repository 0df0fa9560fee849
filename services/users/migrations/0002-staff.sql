-- Lists of people by role, for those who run the exchange.
create index users_by_role on users.users (role, handle) where state = 'active';
