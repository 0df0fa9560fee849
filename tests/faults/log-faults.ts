import { type Fault, NOBODY, one } from './fault.ts';

/** Damage to keys, bids, events and the ends of auctions. */
export const logFaults: Fault[] = [
  {
    name: 'an answered bid is deleted',
    invariant: 'I5',
    plant: (sql, { running }) =>
      one(sql`delete from auctions.bids where auction_id = ${running} and number = 2 returning id`),
  },
  {
    name: 'a bid is deleted, and its answer too',
    invariant: 'I5',
    async plant(sql, { running }) {
      const id = await one(
        sql`delete from auctions.bids where auction_id = ${running} and number = 2 returning id`,
      );
      await sql`delete from platform.idempotency_keys where answer ->> 'bidId' = ${id}`;
      return running;
    },
  },
  {
    name: 'two bids have one number',
    invariant: 'I5',
    async plant(sql, { running }) {
      await sql`alter table auctions.bids drop constraint bids_pkey`;
      await sql`update auctions.bids set number = 2 where auction_id = ${running} and number = 3`;
      return running;
    },
  },
  {
    name: 'one bid is there twice',
    invariant: 'I5',
    async plant(sql, { running }) {
      await sql`alter table auctions.bids drop constraint bids_id_key`;
      return one(sql`update auctions.bids set id = (
          select id from auctions.bids where auction_id = ${running} and number = 1)
        where auction_id = ${running} and number = 2 returning id`);
    },
  },
  {
    name: 'bids are of an auction that is not there',
    invariant: 'I5',
    async plant(sql, { running }) {
      await sql`update auctions.bids set auction_id = ${NOBODY} where auction_id = ${running}`;
      return NOBODY;
    },
  },
  {
    name: 'an answer names a bid that never was',
    invariant: 'I5',
    plant: (sql, { cat }) =>
      one(sql`update platform.idempotency_keys set answer = jsonb_set(answer, '{bidId}', ${sql.json(NOBODY)})
        where (account_id, key) in (select account_id, key from platform.idempotency_keys
          where account_id = ${cat.id} and answer ? 'bidId' limit 1) returning key`),
  },
  {
    name: 'two keys lead to one listing',
    invariant: 'I5',
    async plant(sql, { openListing }) {
      await sql`insert into platform.idempotency_keys (account_id, key, operation, request_hash, effect)
        select account_id, 'again', operation, request_hash, effect from platform.idempotency_keys
        where effect ->> 'id' = ${openListing}`;
      return 'again';
    },
  },
  {
    name: 'a call about many listings names one that never was',
    invariant: 'I5',
    plant: (sql, { bulkListing }) =>
      one(sql`update platform.idempotency_keys set effect = jsonb_set(effect, '{ids,1}', ${sql.json(NOBODY)})
        where effect -> 'ids' ? ${bulkListing} returning key`),
  },
  {
    name: 'two purchases of many lead to one sale',
    invariant: 'I5',
    async plant(sql) {
      await sql`insert into platform.idempotency_keys (account_id, key, operation, request_hash, effect)
        select account_id, 'bulk again', operation, request_hash, effect from platform.idempotency_keys
        where operation = 'POST /listings/bulk/purchase'`;
      return 'bulk again';
    },
  },
  {
    name: 'a purchase of many has lost its list',
    invariant: 'I5',
    plant: (sql) =>
      one(sql`update platform.idempotency_keys set effect = effect - 'ids'
        where operation = 'POST /listings/bulk/purchase' returning key`),
  },
  {
    name: 'an offer that was answered is lost',
    invariant: 'I5',
    async plant(sql, { cardOffer }) {
      await sql`delete from market.offers where id = ${cardOffer}`;
      return cardOffer;
    },
  },
  {
    name: 'an accepted offer was accepted by somebody else’s call',
    invariant: 'I5',
    plant: (sql, { acceptedOffer, cat }) =>
      one(sql`update platform.idempotency_keys set account_id = ${cat.id}
        where effect ->> 'id' = ${acceptedOffer} and operation like '%/accept' returning key`),
  },
  {
    name: 'a key has no effect',
    invariant: 'I5',
    plant: (sql, { accepted }) =>
      one(sql`update platform.idempotency_keys set effect = null, answer = null
        where effect ->> 'id' = ${accepted} and operation like '%/accept' returning key`),
  },
  {
    name: 'a key leads to somebody else’s listing',
    invariant: 'I5',
    plant: (sql, { openListing, cat }) =>
      one(sql`update platform.idempotency_keys set account_id = ${cat.id}
        where effect ->> 'id' = ${openListing} returning key`),
  },
  {
    name: 'a withdrawal that was answered is lost',
    invariant: 'I5',
    async plant(sql, { pending }) {
      await sql`delete from wallet.transfers where id = ${pending}`;
      return pending;
    },
  },
  {
    name: 'a copy’s withdrawal that was answered is lost',
    invariant: 'I5',
    plant: (sql, { leavingCopy }) =>
      one(sql`delete from nfts.copy_withdrawals where copy_id = ${leavingCopy} returning id`),
  },
  {
    name: 'an event in the middle is lost',
    invariant: 'I6',
    async plant(sql, { running }) {
      await sql`delete from platform.events where topic = ${`auction:${running}`} and sequence = 2`;
      return `auction:${running}`;
    },
  },
  {
    name: 'the first event of a topic is lost',
    invariant: 'I6',
    async plant(sql, { ben }) {
      await sql`delete from platform.events where topic = ${`user:${ben.id}`} and sequence = 1`;
      return `user:${ben.id}`;
    },
  },
  {
    name: 'the last event of a topic is lost',
    invariant: 'I6',
    async plant(sql, { sold }) {
      await sql`delete from platform.events where topic = ${`auction:${sold}`} and sequence = (
        select sequence from platform.topics where topic = ${`auction:${sold}`})`;
      return `auction:${sold}`;
    },
  },
  {
    name: 'a topic is behind its events',
    invariant: 'I6',
    async plant(sql, { cardId }) {
      await sql`update platform.topics set sequence = sequence - 1 where topic = ${`card:${cardId}`}`;
      return `card:${cardId}`;
    },
  },
  {
    name: 'a topic is lost',
    invariant: 'I6',
    async plant(sql, { cat }) {
      await sql`delete from platform.topics where topic = ${`user:${cat.id}`}`;
      return `user:${cat.id}`;
    },
  },
  {
    name: 'a number is drawn twice',
    invariant: 'I6',
    async plant(sql, { running }) {
      await sql`alter table platform.events drop constraint events_pkey`;
      await sql`update platform.events set sequence = 2 where topic = ${`auction:${running}`} and sequence = 3`;
      return `auction:${running}`;
    },
  },
  {
    name: 'two bids are swapped',
    invariant: 'I7',
    async plant(sql, { running }) {
      await sql`update auctions.bids b set bidder_id = o.bidder_id, maximum = o.maximum from auctions.bids o
        where b.auction_id = ${running} and o.auction_id = ${running} and b.number + o.number = 3`;
      return running;
    },
  },
  {
    name: 'a losing bid’s maximum is lowered',
    invariant: 'I7',
    async plant(sql, { sold }) {
      await sql`update auctions.bids set maximum = maximum - 1 where auction_id = ${sold} and number = 1`;
      return sold;
    },
  },
  {
    name: 'the price is raised',
    invariant: 'I7',
    async plant(sql, { running }) {
      await sql`update auctions.auctions set price = price + 1 where id = ${running}`;
      return running;
    },
  },
  {
    name: 'another bidder is made the leader',
    invariant: 'I7',
    async plant(sql, { running, cat }) {
      await sql`update auctions.auctions set leader_id = ${cat.id} where id = ${running}`;
      return running;
    },
  },
  {
    name: 'an auction that missed its reserve counts as sold',
    invariant: 'I7',
    async plant(sql, { unsold }) {
      await sql`update auctions.auctions set state = 'sold', sold_by = 'close' where id = ${unsold}`;
      return unsold;
    },
  },
  {
    name: 'a sold auction counts as unsold',
    invariant: 'I7',
    async plant(sql, { sold }) {
      await sql`update auctions.auctions set state = 'unsold', sold_by = null where id = ${sold}`;
      return sold;
    },
  },
  {
    name: 'the end is moved by hand',
    invariant: 'I7',
    async plant(sql, { running }) {
      await sql`update auctions.auctions set ends_at = ends_at + interval '1 minute' where id = ${running}`;
      return running;
    },
  },
  {
    name: 'bought at once at another price',
    invariant: 'I7',
    async plant(sql, { boughtNow }) {
      await sql`update auctions.auctions set buy_now_price = buy_now_price + 1 where id = ${boughtNow}`;
      return boughtNow;
    },
  },
  {
    name: 'a bid came at the end',
    invariant: 'I9',
    plant: (sql, { sold }) =>
      one(sql`update auctions.bids b set at = a.ends_at from auctions.auctions a
        where a.id = b.auction_id and b.auction_id = ${sold} and b.number = 2 returning b.id`),
  },
  {
    name: 'a bid came after somebody had bought the lot at once',
    invariant: 'I9',
    plant: (sql, { boughtNow }) =>
      one(sql`update auctions.bids b set at = a.closed_at + interval '1 second' from auctions.auctions a
        where a.id = b.auction_id and b.auction_id = ${boughtNow} and b.number = 1 returning b.id`),
  },
  {
    name: 'an auction counts as sold without a sale',
    invariant: 'I9',
    async plant(sql, { running }) {
      await sql`update auctions.auctions set state = 'sold', sold_by = 'close', ends_at = clock_timestamp(),
        closed_at = clock_timestamp() where id = ${running}`;
      return running;
    },
  },
  {
    name: 'the sale of an auction has another price',
    invariant: 'I9',
    async plant(sql, { sold, soldCopy }) {
      await sql`update vault.sales set price = price - 1 where copy_id = ${soldCopy}`;
      return sold;
    },
  },
  {
    name: 'the sale of an auction went to another buyer',
    invariant: 'I9',
    async plant(sql, { sold, soldCopy, ben }) {
      await sql`update vault.sales set buyer_id = ${ben.id} where copy_id = ${soldCopy}`;
      return sold;
    },
  },
  {
    name: 'an auction was closed before its end',
    invariant: 'I9',
    async plant(sql, { unsold }) {
      await sql`update auctions.auctions set closed_at = ends_at - interval '1 second' where id = ${unsold}`;
      return unsold;
    },
  },
  {
    name: 'an auction was closed and is open',
    invariant: 'I9',
    async plant(sql, { lot }) {
      await sql`update auctions.auctions set closed_at = clock_timestamp() where id = ${lot}`;
      return lot;
    },
  },
];
