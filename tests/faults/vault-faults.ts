import { type Fault, NOBODY, OUTSIDE, one } from './fault.ts';

/** Damage to postings, balances and holds. */
export const moneyFaults: Fault[] = [
  {
    name: 'a posting is lost',
    invariant: 'I1',
    plant: (sql, { ben }) =>
      one(sql`delete from vault.postings where (account_id, transaction_id) in (
        select account_id, transaction_id from vault.postings where account_id = ${ben.id} and amount < 0 limit 1)
        returning transaction_id`),
  },
  {
    name: 'an amount is altered',
    invariant: 'I1',
    plant: (sql, { cat }) =>
      one(sql`update vault.postings set amount = amount + 1, balance = balance + 1 where (account_id, transaction_id) in (
        select account_id, transaction_id from vault.postings where account_id = ${cat.id} limit 1)
        returning transaction_id`),
  },
  {
    name: 'a deposit has lost its postings',
    invariant: 'I1',
    async plant(sql) {
      const id = await one(sql`select id from vault.transactions where kind = 'deposit' limit 1`);
      await sql`delete from vault.postings where transaction_id = ${id}`;
      return id;
    },
  },
  {
    name: 'a transaction row is lost',
    invariant: 'I1',
    plant: (sql) =>
      one(sql`delete from vault.transactions where id in (
        select id from vault.transactions where kind = 'withdrawal_final') returning id`),
  },
  {
    name: 'a sale has lost its moves',
    invariant: 'I1',
    async plant(sql, { soldListing }) {
      const id = await one(sql`select id from vault.transactions where reference = ${soldListing}`);
      await sql`delete from vault.moves where transaction_id = ${id}`;
      return id;
    },
  },
  {
    name: 'a balance is below zero',
    invariant: 'I2',
    async plant(sql, { cat }) {
      await sql`alter table vault.accounts drop constraint available_not_negative`;
      await sql`update vault.accounts set available = -1 where id = ${cat.id}`;
      return cat.id;
    },
  },
  {
    name: 'a balance has a micro-USDC too much',
    invariant: 'I2',
    async plant(sql, { ann }) {
      await sql`update vault.accounts set available = available + 1 where id = ${ann.id}`;
      return ann.id;
    },
  },
  {
    name: 'money moves between two balances without a transaction',
    invariant: 'I2',
    async plant(sql, { ann, ben }) {
      await sql`update vault.accounts set available = available + case id when ${ann.id} then 5 else -5 end
        where id in (${ann.id}, ${ben.id})`;
      return ben.id;
    },
  },
  {
    name: 'a running balance is altered',
    invariant: 'I2',
    plant: (sql, { cat }) =>
      one(sql`update vault.postings set balance = balance + 7 where (account_id, transaction_id) in (
        select account_id, transaction_id from vault.postings where account_id = ${cat.id} order by transaction_id limit 1)
        returning account_id`),
  },
  {
    name: 'the world outside owes the exchange',
    invariant: 'I2',
    async plant(sql) {
      await sql`update vault.accounts set available = 1 where id = ${OUTSIDE}`;
      return OUTSIDE;
    },
  },
  {
    name: 'held has drifted from the holds',
    invariant: 'I3',
    async plant(sql, { ben }) {
      await sql`update vault.accounts set available = available - 1, held = held + 1 where id = ${ben.id}`;
      return ben.id;
    },
  },
  {
    name: 'a hold is there twice',
    invariant: 'I3',
    async plant(sql, { running }) {
      await sql`alter table vault.holds drop constraint holds_pkey`;
      await sql`insert into vault.holds select * from vault.holds where reference = ${running}`;
      return running;
    },
  },
  {
    name: 'a hold has no commitment',
    invariant: 'I3',
    async plant(sql, { cat }) {
      await sql`insert into vault.holds values ('auction', ${NOBODY}, ${cat.id}, 3)`;
      await sql`update vault.accounts set available = available - 3, held = held + 3 where id = ${cat.id}`;
      return NOBODY;
    },
  },
  {
    name: 'a hold of a trade is lost',
    invariant: 'I3',
    async plant(sql, { openTrade, ann }) {
      const amount = await one(sql`delete from vault.holds where reference = ${openTrade} returning amount`);
      await sql`update vault.accounts set available = available + ${amount}::bigint, held = held - ${amount}::bigint
        where id = ${ann.id}`;
      return openTrade;
    },
  },
  {
    name: 'a hold of an offer is lost',
    invariant: 'I3',
    async plant(sql, { openOffer, cat }) {
      const amount = await one(sql`delete from vault.holds where reference = ${openOffer} returning amount`);
      await sql`update vault.accounts set available = available + ${amount}::bigint, held = held - ${amount}::bigint
        where id = ${cat.id}`;
      return openOffer;
    },
  },
  {
    name: 'an offer asks for more than it holds',
    invariant: 'I3',
    async plant(sql, { cardOffer }) {
      await sql`update market.offers set amount = amount + 1 where id = ${cardOffer}`;
      return cardOffer;
    },
  },
  {
    name: 'an accepted offer still holds money',
    invariant: 'I3',
    async plant(sql, { acceptedOffer, ben }) {
      await sql`insert into vault.holds values ('offer', ${acceptedOffer}, ${ben.id}, 9000000)`;
      await sql`update vault.accounts set available = available - 9000000, held = held + 9000000 where id = ${ben.id}`;
      return acceptedOffer;
    },
  },
  {
    name: 'a hold is smaller than the leader’s maximum',
    invariant: 'I3',
    async plant(sql, { running, ben }) {
      await sql`update vault.holds set amount = amount - 1 where reference = ${running}`;
      await sql`update vault.accounts set available = available + 1, held = held - 1 where id = ${ben.id}`;
      return running;
    },
  },
  {
    name: 'the loser’s money is held instead of the leader’s',
    invariant: 'I3',
    async plant(sql, { running, ben, cat }) {
      const amount = await one(
        sql`update vault.holds set account_id = ${cat.id} where reference = ${running} returning amount`,
      );
      for (const [id, sign] of [
        [ben.id, 1],
        [cat.id, -1],
      ] as const) {
        await sql`update vault.accounts set available = available + ${amount}::bigint * ${sign}::int,
          held = held - ${amount}::bigint * ${sign}::int where id = ${id}`;
      }
      return running;
    },
  },
  {
    name: 'money stays held for an auction that has ended',
    invariant: 'I3',
    async plant(sql, { unsold, cat }) {
      await sql`insert into vault.holds values ('auction', ${unsold}, ${cat.id}, 20000000)`;
      await sql`update vault.accounts set available = available - 20000000, held = held + 20000000 where id = ${cat.id}`;
      return unsold;
    },
  },
];

/** Damage to copies, their moves, what they are bound to, and sales. */
export const copyFaults: Fault[] = [
  {
    name: 'a copy has moved twice in one epoch',
    invariant: 'I4',
    async plant(sql, { boughtCopy, cat }) {
      await sql`alter table vault.moves drop constraint moves_pkey`;
      await sql`insert into vault.moves select copy_id, epoch, from_id, ${cat.id}, transaction_id
        from vault.moves where copy_id = ${boughtCopy} and epoch = 1`;
      return boughtCopy;
    },
  },
  {
    name: 'an epoch is skipped',
    invariant: 'I4',
    async plant(sql, { acceptedCopy }) {
      await sql`update vault.moves set epoch = epoch + 1 where copy_id = ${acceptedCopy} and epoch = 1`;
      await sql`update vault.copies set epoch = epoch + 1 where id = ${acceptedCopy}`;
      return acceptedCopy;
    },
  },
  {
    name: 'a copy’s epoch is set back',
    invariant: 'I4',
    async plant(sql, { boughtCopy }) {
      await sql`update vault.copies set epoch = 0 where id = ${boughtCopy}`;
      return boughtCopy;
    },
  },
  {
    name: 'a copy changes its owner without a move',
    invariant: 'I4',
    async plant(sql, { freeCopy, cat }) {
      await sql`update vault.copies set owner_id = ${cat.id} where id = ${freeCopy}`;
      return freeCopy;
    },
  },
  {
    name: 'a copy was given by somebody who did not have it',
    invariant: 'I4',
    async plant(sql, { acceptedCopy, cat }) {
      await sql`update vault.moves set from_id = ${cat.id} where copy_id = ${acceptedCopy} and epoch = 1`;
      return acceptedCopy;
    },
  },
  {
    name: 'a copy’s making is lost',
    invariant: 'I4',
    async plant(sql, { freeCopy }) {
      await sql`delete from vault.moves where copy_id = ${freeCopy}`;
      return freeCopy;
    },
  },
  {
    name: 'two copies have one serial',
    invariant: 'I4',
    async plant(sql, { freeCopy, listedCopy }) {
      await sql`alter table vault.copies drop constraint copies_card_id_serial_key`;
      await sql`update vault.copies set serial = (select serial from vault.copies where id = ${listedCopy})
        where id = ${freeCopy}`;
      return freeCopy;
    },
  },
  {
    name: 'a copy is bound to a listing that has ended',
    invariant: 'I4',
    async plant(sql, { cancelledCopy, cancelledListing }) {
      await sql`update vault.copies set commitment_kind = 'listing', commitment_id = ${cancelledListing}
        where id = ${cancelledCopy}`;
      return cancelledListing;
    },
  },
  {
    name: 'a copy is bound to an auction that never was',
    invariant: 'I4',
    async plant(sql, { freeCopy }) {
      await sql`update vault.copies set commitment_kind = 'auction', commitment_id = ${NOBODY} where id = ${freeCopy}`;
      return freeCopy;
    },
  },
  ...(
    [
      ['listing', 'openListing'],
      ['auction', 'running'],
      ['trade offer', 'openTrade'],
    ] as const
  ).map(
    ([word, key]): Fault => ({
      name: `a live ${word} has not bound its copy`,
      invariant: 'I4',
      async plant(sql, state) {
        await sql`update vault.copies set commitment_kind = null, commitment_id = null
          where commitment_id = ${state[key]}`;
        return state[key];
      },
    }),
  ),
  {
    name: 'a copy is in a live listing and in a running auction',
    invariant: 'I4',
    async plant(sql, { cancelledListing, runningCopy }) {
      await sql`update market.listings set state = 'open', closed_at = null, copy_id = ${runningCopy}
        where id = ${cancelledListing}`;
      return cancelledListing;
    },
  },
  {
    name: 'a listing has outlived its epoch',
    invariant: 'I4',
    async plant(sql, { openListing }) {
      await sql`update market.listings set epoch = epoch + 1 where id = ${openListing}`;
      return openListing;
    },
  },
  {
    name: 'a copy is free before its mint is final',
    invariant: 'I4',
    async plant(sql, { wantedCopy }) {
      await sql`update vault.copies set commitment_kind = null, commitment_id = null where id = ${wantedCopy}`;
      return wantedCopy;
    },
  },
  {
    name: 'a copy on its way out can be traded',
    invariant: 'I4',
    async plant(sql, { leavingCopy }) {
      await sql`update vault.copies set commitment_kind = null, commitment_id = null where id = ${leavingCopy}`;
      return leavingCopy;
    },
  },
  {
    name: 'a copy outside is bound',
    invariant: 'I4',
    async plant(sql, { outsideCopy }) {
      await sql`update vault.copies set commitment_kind = 'trade', commitment_id = ${NOBODY} where id = ${outsideCopy}`;
      return outsideCopy;
    },
  },
  {
    name: 'a sale is lost',
    invariant: 'I4',
    async plant(sql, { boughtCopy }) {
      await sql`delete from vault.sales where copy_id = ${boughtCopy}`;
      return boughtCopy;
    },
  },
  {
    name: 'a sale names another buyer',
    invariant: 'I4',
    plant: (sql, { boughtCopy, cat }) =>
      one(sql`update vault.sales set buyer_id = ${cat.id} where copy_id = ${boughtCopy} returning id`),
  },
  {
    name: 'a sale says another fee than was paid',
    invariant: 'I4',
    plant: (sql, { boughtCopy }) =>
      one(sql`update vault.sales set fee = fee - 1 where copy_id = ${boughtCopy} returning transaction_id`),
  },
  {
    name: 'a listing was sold at another price',
    invariant: 'I4',
    async plant(sql, { soldListing }) {
      await sql`update market.listings set price = price - 1 where id = ${soldListing}`;
      return soldListing;
    },
  },
  {
    name: 'an offer was accepted at another amount',
    invariant: 'I4',
    async plant(sql, { acceptedOffer }) {
      await sql`update market.offers set amount = amount - 1 where id = ${acceptedOffer}`;
      return acceptedOffer;
    },
  },
  {
    name: 'an open offer counts as accepted',
    invariant: 'I4',
    async plant(sql, { cardOffer, freeCopy, ann }) {
      await sql`update market.offers set state = 'accepted', closed_at = clock_timestamp(), seller_id = ${ann.id},
        sold_copy_id = ${freeCopy}, sold_epoch = 0 where id = ${cardOffer}`;
      return cardOffer;
    },
  },
  {
    name: 'an offer on a copy was sold by somebody who did not have it',
    invariant: 'I4',
    async plant(sql, { acceptedOffer, cat }) {
      await sql`update market.offers set owner_id = ${cat.id} where id = ${acceptedOffer}`;
      return acceptedOffer;
    },
  },
  {
    name: 'a declined trade counts as accepted',
    invariant: 'I4',
    async plant(sql, { declined }) {
      await sql`update trades.offers set state = 'accepted' where id = ${declined}`;
      return declined;
    },
  },
  {
    name: 'an accepted trade moved other cash than it says',
    invariant: 'I4',
    async plant(sql, { accepted }) {
      await sql`update trades.offers set cash_give = cash_give + 1000000 where id = ${accepted}`;
      return accepted;
    },
  },
  {
    name: 'a withdrawn copy was moved by nothing',
    invariant: 'I4',
    async plant(sql, { leavingCopy }) {
      await sql`update nfts.copy_withdrawals set state = 'final' where copy_id = ${leavingCopy}`;
      return leavingCopy;
    },
  },
];
