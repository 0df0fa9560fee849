import { type Fault, one } from './fault.ts';

/** Damage to halts, freezes and the audit trail, and acts inside of halts and freezes. */
export const gateFaults: Fault[] = [
  {
    name: 'everything happened while everything was halted',
    invariant: 'I9',
    plant: (sql) =>
      one(sql`insert into vault.halts (id, set_id, withdrawals, reason, at, until)
        values (gen_random_uuid(), null, true, '', now() - interval '1 day', now() + interval '1 day') returning id`),
  },
  {
    name: 'the cards of a set were sold while it was halted',
    invariant: 'I9',
    plant: (sql, { setId }) =>
      one(sql`insert into vault.halts (id, set_id, withdrawals, reason, at, until)
        values (gen_random_uuid(), ${setId}, false, '', now() - interval '1 day', now() + interval '1 day') returning id`),
  },
  {
    name: 'a halt that is in force stopped nothing',
    invariant: 'I9',
    plant: (sql, { setId }) =>
      one(sql`insert into vault.halts (id, set_id, withdrawals, reason, at)
        values (gen_random_uuid(), ${setId}, false, '', now() - interval '1 day') returning id`),
  },
  {
    name: 'a bid came in a halt',
    invariant: 'I9',
    plant: (sql, { running }) =>
      one(sql`update auctions.bids set at = (select at + (until - at) / 2 from vault.halts limit 1)
        where auction_id = ${running} and number = 1 returning id`),
  },
  {
    name: 'a frozen account sold and withdrew',
    invariant: 'I9',
    async plant(sql, { ann }) {
      await sql`insert into vault.freezes (id, account_id, reason, at)
        values (gen_random_uuid(), ${ann.id}, '', now() - interval '1 day')`;
      return ann.id;
    },
  },
  {
    name: 'the time that an auction has back was never taken',
    invariant: 'I7',
    async plant(sql, { running }) {
      await sql`delete from vault.halts`;
      return running;
    },
  },
  {
    name: 'an entry of the audit trail is changed',
    invariant: 'A1',
    async plant(sql) {
      await sql`update platform.audit set actor = 'somebody else' where number = 2`;
      return 'audit entry 2';
    },
  },
  {
    name: 'an entry of the audit trail is deleted',
    invariant: 'A1',
    async plant(sql) {
      await sql`delete from platform.audit where number = 2`;
      return 'audit entry 3';
    },
  },
  {
    name: 'the last entry of the audit trail is deleted',
    invariant: 'A1',
    async plant(sql) {
      await sql`delete from platform.audit where number = (select max(number) from platform.audit)`;
      return 'audit trail';
    },
  },
];
