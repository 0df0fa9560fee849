import { market } from '@ece/market';
import type { Sql } from '@ece/platform/db/database';
import { readCopies } from '@ece/vault';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, type Person, TradingWorld } from '../../tests/support/trading.ts';
import { trades } from './api.ts';

const RUNS = 40;
const PEOPLE = 3;
const COPIES = 5;
const USDC = 1_000_000n;

let world: TradingWorld;
beforeAll(async () => {
  world = await TradingWorld.open([market, trades]);
});
afterAll(() => world.close());

/** What happens in a sequence; numbers choose among what there is at that moment. */
type Step =
  | { do: 'list'; who: number; which: number; cash: number }
  | { do: 'cancel' | 'purchase'; who: number; which: number }
  | {
      do: 'offer' | 'counter';
      who: number;
      to: number;
      give: number[];
      receive: number[];
      cash: number;
      back: number;
    }
  | { do: 'accept' | 'decline' | 'withdraw'; who: number; which: number }
  | { do: 'outdate' | 'expire' | 'sweep' };

const small = fc.nat({ max: 20 });
const cash = fc.constantFrom(0, 0, 1, 3, 30);
/** Mostly what came last. */
const recent = fc.constantFrom(0, 0, 0, 1, 1, 2, 4);
const copies = fc.array(fc.nat({ max: COPIES - 1 }), { maxLength: 2 });
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('list' as const), who: small, which: small, cash }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('cancel' as const, 'purchase' as const),
      who: small,
      which: recent,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom('offer' as const, 'offer' as const, 'counter' as const),
      who: small,
      to: recent,
      give: copies,
      receive: copies,
      cash,
      back: cash,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('accept' as const, 'accept' as const, 'decline' as const, 'withdraw' as const),
      who: small,
      which: recent,
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom<Step>({ do: 'outdate' }, { do: 'expire' }, { do: 'sweep' }) },
);

interface Deal {
  id: string;
  from: Person;
  to: Person;
}

/** One small exchange of a few people and copies. */
class Play {
  readonly people: Person[];
  readonly copyIds: string[];
  readonly listings: { id: string; price: string; seller: Person }[] = [];
  readonly offers: Deal[] = [];
  readonly happened: string[] = [];

  constructor(people: Person[], copyIds: string[]) {
    this.people = people;
    this.copyIds = copyIds;
  }

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case 'list':
        return await this.#list(step);
      case 'cancel':
      case 'purchase':
        return await this.#endListing(step);
      case 'offer':
      case 'counter':
        return await this.#propose(step);
      case 'accept':
      case 'decline':
      case 'withdraw':
        return await this.#endOffer(step);
      case 'outdate': {
        const offer = this.offers.at(-1);
        if (offer) await world.db`update trades.offers set expires_at = now() where id = ${offer.id}`;
        return;
      }
      case 'expire':
        await world.jobs.get('trades.expire')!.run();
        return;
      case 'sweep':
        while (await world.jobs.get('trades.void')!.run());
    }
  }

  async #list(step: { do: string; who: number; which: number; cash: number }): Promise<void> {
    const price = String(step.cash + 1);
    const copyId = pick(this.copyIds, step.which)!;
    const [copy] = await readCopies(world.db, [copyId]);
    const seller = this.#actor(step.who, this.people.find((person) => person.id === copy!.ownerId)!);
    const answer = await this.#call(step.do, seller, 'POST', '/listings', { copyId, price });
    if (answer.status === 201) this.listings.push({ id: String(answer.body.id), price, seller });
  }

  async #endListing(step: { do: 'cancel' | 'purchase'; who: number; which: number }): Promise<void> {
    const listing = this.listings.at(-1 - step.which);
    if (!listing) return;
    const path = `/listings/${listing.id}`;
    if (step.do === 'cancel') {
      await this.#call(step.do, this.#actor(step.who, listing.seller), 'DELETE', path);
    } else {
      const buyer = pick(this.people, step.who)!;
      await this.#call(step.do, buyer, 'POST', `${path}/purchase`, { price: listing.price });
    }
  }

  async #endOffer(step: {
    do: 'accept' | 'decline' | 'withdraw';
    who: number;
    which: number;
  }): Promise<void> {
    const offer = this.offers.at(-1 - step.which);
    if (!offer) return;
    const path = `/trade-offers/${offer.id}`;
    if (step.do === 'withdraw') {
      await this.#call(step.do, this.#actor(step.who, offer.from), 'DELETE', path);
    } else {
      await this.#call(step.do, this.#actor(step.who, offer.to), 'POST', `${path}/${step.do}`);
    }
  }

  async #propose(step: Extract<Step, { do: 'offer' | 'counter' }>): Promise<void> {
    const answered = step.do === 'counter' ? this.offers.at(-1 - step.to) : undefined;
    if (step.do === 'counter' && !answered) return;
    const from = answered ? this.#actor(step.who, answered.to) : pick(this.people, step.who)!;
    const to = answered ? answered.from : pick(this.people, step.to)!;
    const terms = {
      give: { copyIds: await this.#choose(step.who, from, step.give), cash: String(step.cash) },
      receive: { copyIds: await this.#choose(step.who, to, step.receive), cash: String(step.back) },
    };
    const answer = answered
      ? await this.#call(step.do, from, 'POST', `/trade-offers/${answered.id}/counter`, terms)
      : await this.#call(step.do, from, 'POST', '/trade-offers', { toHandle: to.handle, ...terms });
    if (answer.status === 201) this.offers.push({ id: String(answer.body.id), from, to });
  }

  /** Mostly whoever is entitled, now and then anybody. */
  #actor(who: number, entitled: Person): Person {
    return who % 5 === 0 ? pick(this.people, who)! : entitled;
  }

  /** Mostly copies of their owner, now and then any. */
  async #choose(who: number, owner: Person, indexes: number[]): Promise<string[]> {
    const rows = await readCopies(world.db, this.copyIds);
    const own = this.copyIds.filter((id) => rows.some((row) => row.id === id && row.ownerId === owner.id));
    const among = who % 5 === 0 ? this.copyIds : own;
    return [...new Set(indexes.flatMap((index) => pick(among, index) ?? []))];
  }

  async #call(
    what: string,
    person: Person,
    method: 'POST' | 'DELETE',
    path: string,
    body?: object,
  ): Promise<Answer> {
    const answer = await world.call(person, method, path, body);
    expect(answer.status).toBeLessThan(500);
    if (answer.status < 300) this.happened.push(what);
    return answer;
  }
}

function pick<T>(list: T[], index: number): T | undefined {
  return list[index % list.length];
}

/** Everything that must hold at any time, for the whole database. Each count is of what breaks it. */
async function broken(sql: Sql = world.db) {
  const [row] = await sql<Record<string, bigint>[]>`
    with live as (
      select id, 'listing' as kind from market.listings where state = 'open'
      union all select id, 'trade' from trades.offers where state = 'open'
    ), bound as (
      select copy_id, id, 'listing' as kind from market.listings where state = 'open'
      union all
      select c.copy_id, c.offer_id, 'trade' from trades.offer_copies c
      join trades.offers o on o.id = c.offer_id where o.state = 'open' and c.side = 'give'
    ), due as (
      select id, from_id, cash_give + cash_give * fee_basis_points / 10000 as amount
      from trades.offers where state = 'open'
    )
    select
      (select coalesce(sum(available + held), 0) from vault.accounts)::bigint as "money made or lost",
      (select count(*) from vault.accounts where kind <> 'external' and available < 0) as "negative balances",
      (select count(*) from (
        select transaction_id from vault.postings group by transaction_id having sum(amount) <> 0) t)
        as "unbalanced transactions",
      (select count(*) from vault.accounts a
        where held <> (select coalesce(sum(amount), 0) from vault.holds h where h.account_id = a.id))
        as "held without a hold",
      (select count(*) from (select * from due where amount > 0) d
        full join vault.holds h on h.kind = 'trade' and h.reference = d.id
        where d.amount is distinct from h.amount or d.from_id is distinct from h.account_id)
        as "holds without their offer",
      (select count(*) from vault.copies c
        where commitment_id is not null
          and not exists (select 1 from bound b where b.copy_id = c.id and b.id = c.commitment_id
            and b.kind = c.commitment_kind)) as "commitments to nothing live",
      (select count(*) from bound b join vault.copies c on c.id = b.copy_id
        where c.commitment_id is distinct from b.id) as "live deals without their commitment",
      (select count(*) from vault.copies c where c.owner_id is distinct from
        (select to_id from vault.moves m where m.copy_id = c.id order by epoch desc limit 1)
        or c.epoch <> (select count(*) - 1 from vault.moves m where m.copy_id = c.id))
        as "owners against their provenance",
      (select count(*) from live l join vault.transactions t on t.reference = l.id) as "live but settled"`;
  return Object.fromEntries(Object.entries(row!).filter(([, count]) => count !== 0n));
}

test('whatever people do, money, ownership, holds and commitments stay consistent', {
  timeout: 180_000,
}, async () => {
  const happened = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 15, maxLength: 40, size: 'max' }), async (sequence) => {
      const people = await world.people(PEOPLE, 50n * USDC);
      const owners = Array.from({ length: COPIES }, (_, index) => people[index % PEOPLE]!);
      const play = new Play(people, await world.copies(owners, people[0]));
      for (const step of sequence) {
        await play.take(step);
        expect(await broken()).toEqual({});
      }
      for (const what of play.happened) happened.add(what);
    }),
    { numRuns: RUNS },
  );
  // The sequences reached what they are about.
  expect([...happened]).toEqual(expect.arrayContaining(['list', 'purchase', 'offer', 'accept']));
});

test('the check notices what it is for', async () => {
  const [person] = (await world.people(1, USDC)) as [Person];
  const [copyId] = (await world.copies([person])) as [string];
  const faults: [string, (sql: Sql) => Promise<unknown>][] = [
    [
      'money made or lost',
      (sql) => sql`update vault.accounts set available = available + 1 where id = ${person.id}`,
    ],
    [
      'held without a hold',
      (sql) =>
        sql`update vault.accounts set available = available - 1, held = held + 1 where id = ${person.id}`,
    ],
    [
      'holds without their offer',
      (sql) => sql`insert into vault.holds values ('trade', ${copyId}, ${person.id}, 1)`,
    ],
    [
      'unbalanced transactions',
      (sql) => sql`update vault.postings set amount = amount + 1 where account_id = ${person.id}`,
    ],
    [
      'commitments to nothing live',
      (sql) => sql`update vault.copies set commitment_kind = 'trade', commitment_id = ${person.id}
        where id = ${copyId}`,
    ],
    [
      'live deals without their commitment',
      (
        sql,
      ) => sql`insert into market.listings (id, copy_id, card_id, seller_id, epoch, price, fee_basis_points,
          royalty_basis_points, royalty_account_id)
        select id, id, card_id, owner_id, epoch, 1, 0, 0, owner_id from vault.copies where id = ${copyId}`,
    ],
    [
      'owners against their provenance',
      (sql) => sql`update vault.copies set epoch = epoch + 1 where id = ${copyId}`,
    ],
  ];
  const undone = new Error('undone');
  for (const [name, plant] of faults) {
    const attempt = world.db.begin(async (tx) => {
      await plant(tx);
      expect(Object.keys(await broken(tx))).toContain(name);
      throw undone;
    });
    await expect(attempt).rejects.toBe(undone);
  }
  expect(await broken()).toEqual({});
});
