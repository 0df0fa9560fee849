import { type Fault, NOBODY, one } from './fault.ts';

/** A signature that no transaction has. */
const NEVER_SENT = '1'.repeat(64);

/** Damage to what is recorded of the chain. */
export const custodyFaults: Fault[] = [
  {
    name: 'a mint is recorded that the vault does not know',
    invariant: 'I8',
    async plant(sql, { cardId }) {
      await sql`insert into nfts.mints (copy_id, card_id, serial) values (${NOBODY}, ${cardId}, 99)`;
      return NOBODY;
    },
  },
  {
    name: 'a copy of the vault has no NFT',
    invariant: 'I8',
    async plant(sql, { freeCopy }) {
      await sql`delete from nfts.mints where copy_id = ${freeCopy}`;
      return freeCopy;
    },
  },
  {
    name: 'two copies have one mint',
    invariant: 'I8',
    async plant(sql, { freeCopy, listedCopy }) {
      await sql`alter table nfts.mints drop constraint mints_mint_key`;
      return one(sql`update nfts.mints set mint = (select mint from nfts.mints where copy_id = ${listedCopy})
        where copy_id = ${freeCopy} returning mint`);
    },
  },
  {
    name: 'a copy’s NFT is a token of which there are many',
    invariant: 'I8',
    async plant(sql, { freeCopy }) {
      await sql`update nfts.mints set mint = (select mint from wallet.treasury) where copy_id = ${freeCopy}`;
      return freeCopy;
    },
  },
  {
    name: 'a copy outside counts as held by us',
    invariant: 'I8',
    async plant(sql, { outsideCopy }) {
      await sql`update nfts.mints set holder_path = 'custody' where copy_id = ${outsideCopy}`;
      return outsideCopy;
    },
  },
  {
    name: 'a copy inside counts as outside',
    invariant: 'I8',
    async plant(sql, { returnedCopy }) {
      await sql`update nfts.mints set holder_path = null where copy_id = ${returnedCopy}`;
      return returnedCopy;
    },
  },
  {
    name: 'an NFT is looked for at the wrong key',
    invariant: 'I8',
    async plant(sql, { returnedCopy }) {
      await sql`update nfts.mints set holder_path = 'custody' where copy_id = ${returnedCopy}`;
      return returnedCopy;
    },
  },
  {
    name: 'a mint counts as final and was never sent',
    invariant: 'I8',
    async plant(sql, { wantedCopy }) {
      await sql`update nfts.mints set state = 'final', mint = 'nowhere', metadata_uri = '' where copy_id = ${wantedCopy}`;
      return wantedCopy;
    },
  },
  {
    name: 'a card has more copies than it counted',
    invariant: 'I8',
    async plant(sql, { cardId }) {
      await sql`update nfts.cards set minted = minted - 1 where id = ${cardId}`;
      return cardId;
    },
  },
  {
    name: 'a copy’s withdrawal counts as final and is still to be sent',
    invariant: 'I8',
    plant: (sql, { leavingCopy }) =>
      one(sql`update nfts.copy_withdrawals set state = 'final', transaction = ${NEVER_SENT}
        where copy_id = ${leavingCopy} returning id`),
  },
  {
    name: 'a withdrawal is final without a signature',
    invariant: 'I8',
    async plant(sql, { paid }) {
      await sql`alter table wallet.transfers drop constraint transfers_check`;
      await sql`update wallet.transfers set signature = null where id = ${paid}`;
      return paid;
    },
  },
  {
    name: 'a withdrawal counts as final and is still to be sent',
    invariant: 'I8',
    async plant(sql, { pending }) {
      await sql`update wallet.transfers set state = 'final', signature = ${NEVER_SENT}, ended_at = clock_timestamp()
        where id = ${pending}`;
      return pending;
    },
  },
  {
    name: 'a withdrawal was never asked of the chain',
    invariant: 'I8',
    async plant(sql, { pending }) {
      await sql`delete from platform.chain_transactions where reference = ${pending}`;
      return pending;
    },
  },
  {
    name: 'a transaction counts as final and is not on chain',
    invariant: 'I8',
    async plant(sql, { paid }) {
      await sql`update platform.chain_transactions set signature = ${NEVER_SENT} where reference = ${paid}`;
      await sql`update wallet.transfers set signature = ${NEVER_SENT} where id = ${paid}`;
      return paid;
    },
  },
  {
    name: 'a withdrawal was paid by a signature that was replaced',
    invariant: 'I8',
    async plant(sql, { paid, pending }) {
      await sql`update platform.chain_transactions set replaced_signatures = array[(
          select signature from wallet.transfers where id = ${paid})] where reference = ${pending}`;
      return pending;
    },
  },
  {
    name: 'a deposit is booked twice',
    invariant: 'I8',
    async plant(sql, { ann }) {
      await sql`alter table wallet.transfers drop constraint transfers_signature_token_account_key`;
      await sql`insert into wallet.transfers
        select ${NOBODY}, account_id, kind, state, amount, address, signature, token_account, reserved, booked_at,
          created_at, ended_at from wallet.transfers where account_id = ${ann.id} and kind = 'faucet'`;
      return NOBODY;
    },
  },
  {
    name: 'a deposit is lost',
    invariant: 'I8',
    plant: (sql, { ben }) =>
      one(sql`delete from vault.transactions where reference = (
        select id from wallet.transfers where account_id = ${ben.id} and kind = 'faucet' limit 1) returning reference`),
  },
  {
    name: 'a deposit of a thousand is made up',
    invariant: 'I8',
    async plant(sql, { ann }) {
      await sql`insert into vault.transactions (id, kind) values (${NOBODY}, 'deposit')`;
      await sql`insert into vault.postings (transaction_id, account_id, amount, balance)
        select ${NOBODY}, id, amount, available + held + amount from vault.accounts
        join (values (${ann.id}::uuid, 1000), ('00000000-0000-7000-8000-000000000002', -1000)) as p(id, amount) using (id)`;
      await sql`update vault.accounts set available = available + case id when ${ann.id} then 1000 else -1000 end
        where id in (${ann.id}, '00000000-0000-7000-8000-000000000002')`;
      return NOBODY;
    },
  },
  {
    name: 'an address has credited more than came in',
    invariant: 'I8',
    plant: (sql, { ben }) =>
      one(
        sql`update wallet.addresses set credited = credited + 1 where account_id = ${ben.id} returning address`,
      ),
  },
  {
    name: 'a sweep is forgotten',
    invariant: 'I8',
    plant: (sql, { ann }) =>
      one(sql`delete from wallet.sweeps where account_id = ${ann.id} returning account_id`),
  },
  {
    name: 'a withdrawal was booked with another amount',
    invariant: 'I8',
    async plant(sql, { paid }) {
      await sql`update wallet.transfers set amount = amount - 1 where id = ${paid}`;
      return paid;
    },
  },
];
