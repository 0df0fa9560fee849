import type { Database } from '@ece/platform/db/database';

/** As many as an exchange of a thousand rows has cards. */
export const CARDS_OF_SET = 10;

/**
 * Brings an exchange that a bench has filled to so many rows in each table that grows: auctions with their items,
 * bids, holds and events, listings, copies, keys of calls; and a tenth as many people, a hundredth as many cards.
 * By SQL, as an exchange of some years would look: half of the auctions are over, listings are of copies from
 * everywhere. Secondary indexes are made after the rows, which is what makes it quick.
 */
export async function growTo(db: Database, rows: number): Promise<void> {
  const people = rows / 10;
  const cards = rows / 100;
  await db.unsafe(`
    set session_replication_role = replica;
    set synchronous_commit = off;
    set maintenance_work_mem = '256MB';
    create schema growth;
    create function growth.id(kind text, n bigint) returns uuid language sql immutable parallel safe
      return ('01900000-0000-7' || kind || '-8000-' || lpad(to_hex(n), 12, '0'))::uuid;
    -- Neighbours in time belong to neighbours nowhere else.
    create function growth.far(n bigint, of bigint) returns bigint language sql immutable parallel safe
      return 1 + (n * 7919) % of;
    create table growth.indexes as
      select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
      from pg_index where not indisunique and indrelid in ('auctions.auctions'::regclass, 'auctions.items'::regclass,
        'auctions.bids'::regclass, 'market.listings'::regclass, 'vault.copies'::regclass, 'vault.holds'::regclass,
        'platform.events'::regclass, 'platform.idempotency_keys'::regclass);
    do $$ declare i text; begin for i in select name from growth.indexes loop execute 'drop index ' || i; end loop; end $$;

    insert into users.users (id, email, handle, display_name, role, state)
      select growth.id('a00', n), 'grown' || n || '@bench.ece.example', 'grown' || n, 'Grown ' || n, 'collector', 'active'
      from generate_series(1::bigint, ${people}) n;
    insert into vault.accounts (id, kind, available, held)
      select growth.id('a00', n), 'user', 1000000000000, 1000000000000 from generate_series(1::bigint, ${people}) n;
    insert into nfts.sets (id, code, name, description, royalty_basis_points, creator_id)
      select growth.id('b00', n), 'GROWN' || n, 'Grown ' || n, '', 100, growth.id('a00', 1)
      from generate_series(1::bigint, ${cards / CARDS_OF_SET}) n;
    insert into nfts.cards (id, set_id, number, name, description, rarity, category, edition_size, minted, attributes, artwork_cid)
      select growth.id('c00', n), growth.id('b00', 1 + (n - 1) / ${CARDS_OF_SET}), 1 + (n - 1) % ${CARDS_OF_SET}, 'Card ' || n, 'A card.',
        (array['common', 'uncommon', 'rare', 'epic', 'legendary', 'mythic'])[1 + n % 6], 'creature', 1000, 200, '[]', a.cid
      from generate_series(1::bigint, ${cards}) n, (select cid from nfts.artworks limit 1) a;
    -- Copies from 1 are in auctions, those above the number of rows are listed.
    insert into vault.copies (id, card_id, serial, owner_id, commitment_kind, commitment_id)
      select growth.id('d00', n), growth.id('c00', 1 + n % ${cards}), 1 + n / ${cards}, growth.id('a00', 1 + n % ${people}),
        case when n > ${rows} then 'listing' when n % 2 = 0 then 'auction' end,
        case when n > ${rows} then growth.id('e00', n - ${rows}) when n % 2 = 0 then growth.id('f00', n) end
      from generate_series(1::bigint, ${2 * rows}) n;
    insert into market.listings (id, copy_id, card_id, seller_id, epoch, price, fee_basis_points, royalty_basis_points, royalty_account_id)
      select growth.id('e00', n), growth.id('d00', c), growth.id('c00', 1 + c % ${cards}), growth.id('a00', 1 + c % ${people}),
        0, 1000000 + abs(hashint8(n) % 500000000), 250, 100, growth.id('a00', 1)
      from (select n, ${rows} + growth.far(n, ${rows}) as c from generate_series(1::bigint, ${rows}) n) l;
    insert into auctions.auctions (id, seller_id, state, starting_price, increments, fee_basis_points, starts_at, ends_at,
        first_starts_at, first_ends_at, soft_window, soft_extension, price, leader_id, leader_handle, leader_maximum, bid_count,
        sold_by, closed_at, set_ids)
      select growth.id('f00', n), growth.id('a00', 1 + n % ${people}), state, 1000000, b.increments, 250, ends_at - interval '9 days',
        ends_at, ends_at - interval '9 days', ends_at, 60, 60, 1000000, growth.id('a00', growth.far(n, ${people})), 'grown' || growth.far(n, ${people}), 2000000, 1,
        case when state = 'sold' then 'close' end, case when state = 'sold' then ends_at end, array[growth.id('b00', 1)]
      from (select n, case when n % 2 = 0 then 'open' else 'sold' end as state,
          date_trunc('milliseconds', now()) + case when n % 2 = 0 then interval '1 day' + (n * 7919) % 604800 * interval '1 s'
            else -(n % 31536000) * interval '1 s' end as ends_at
        from generate_series(1::bigint, ${rows}) n) a,
        (select increments from auctions.auctions limit 1) b;
    insert into auctions.items (auction_id, position, copy_id, card_id, epoch, royalty_basis_points, royalty_account_id)
      select growth.id('f00', n), 0, growth.id('d00', n), growth.id('c00', 1 + n % ${cards}), 0, 100, growth.id('a00', 1)
      from generate_series(1::bigint, ${rows}) n;
    insert into auctions.bids (auction_id, number, id, bidder_id, maximum, price, leader_id, ends_at, at)
      select a.id, 1, growth.id('900', row_number() over (order by a.id)), a.leader_id, 2000000, 1000000, a.leader_id, a.ends_at, a.starts_at
      from auctions.auctions a where a.id >= growth.id('f00', 1) and a.id <= growth.id('f00', ${rows});
    insert into vault.holds (kind, reference, account_id, amount)
      select 'auction', id, leader_id, 2000000 from auctions.auctions
      where state = 'open' and id >= growth.id('f00', 1) and id <= growth.id('f00', ${rows});
    insert into platform.topics (topic, sequence)
      select 'auction:' || growth.id('f00', n), 1 from generate_series(1::bigint, ${rows}) n;
    insert into platform.events (topic, sequence, type, data)
      select 'auction:' || growth.id('f00', n), 1, 'auction.bid', jsonb_build_object('auctionId', growth.id('f00', n))
      from generate_series(1::bigint, ${rows}) n;
    insert into platform.idempotency_keys (account_id, key, operation, request_hash, answer)
      select growth.id('a00', 1 + n % ${people}), 'grown-' || n, 'auctions.bid', decode(md5(n::text), 'hex'), '{}'
      from generate_series(1::bigint, ${rows}) n;

    do $$ declare d text; begin for d in select definition from growth.indexes loop execute d; end loop; end $$;
    reset session_replication_role;
  `);
  await db`vacuum (analyze)`;
}
