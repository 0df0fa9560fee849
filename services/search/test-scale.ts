import type { Database } from '@ece/platform/db/database';
import type { SearchDocument, SearchEngine } from './engine.ts';
import { aDocument } from './test-conformance.ts';

const FIRST =
  'Amber Brass Coral Dusk Ember Frost Golden Hollow Iron Jade Lunar Misty Night Opal Paper Quiet'.split(' ');
const SECOND =
  'Anchor Beacon Compass Dragon Engine Falcon Garden Harbour Island Jester Kraken Lantern Meadow Needle Oracle'.split(
    ' ',
  );
const THIRD = 'at Dawn,of the Deep,in Winter,with Wings,beyond the Wall,under Glass,on Fire,from Afar'.split(
  ',',
);
const RARITIES = [
  'common',
  'common',
  'common',
  'uncommon',
  'uncommon',
  'rare',
  'epic',
  'legendary',
  'mythic',
];
const CATEGORIES = ['Creatures', 'Places', 'Machines', 'People', 'Weather', 'Plants'];

/**
 * An index of the size that a large exchange has: 40 sets, 3,000 cards, 5,000 people, 100,000 copies, of which
 * 10,000 are in auctions, 30,000 are listed and most were sold before.
 */
export async function fillLarge(db: Database, engine: SearchEngine, now: number): Promise<void> {
  const sets = Array.from({ length: 40 }, (_, n) =>
    aDocument('set', `${FIRST[n % 16]} Series ${n}`, { setCode: `S${n}`, known: [`S${n}`] }),
  );
  const cards = Array.from({ length: 3000 }, (_, n): SearchDocument => {
    const set = sets[n % 40]!;
    return aDocument('card', `${FIRST[n % 16]} ${SECOND[n % 15]} ${THIRD[n % 8]}`, {
      setCode: set.setCode,
      rarity: RARITIES[n % 9]!,
      category: CATEGORIES[n % 6]!,
      known: [set.name, set.setCode!, CATEGORIES[n % 6]!],
      about: `A card about the ${SECOND[(n * 7) % 15]} and what the ${FIRST[(n * 5) % 16]} ${n} has to do with it.`,
      price: n % 5 ? BigInt(n) * 100_000n : null,
      listings: n % 5 ? 3 : 0,
    });
  });
  const people = Array.from({ length: 5000 }, (_, n) =>
    aDocument('person', `${SECOND[n % 15]} ${FIRST[n % 16]}son ${n}`, {
      known: [`${SECOND[n % 15]!.toLowerCase()}_${n}`],
      about: 'Collects cards of every kind',
    }),
  );
  for (const batch of [sets, cards.slice(0, 1500), cards.slice(1500), people]) await engine.write(batch, 1n);
  await db`
    with card as (select *, row_number() over (order by id) - 1 as at from search.documents_a where kind = 'card')
    insert into search.documents_a (kind, id, version, name, title, set_code, rarity, category, card_id, serial,
      owner_id, price, band, listings, auctions, auction_ends, sold, shown)
    select 'copy', uuidv7(), 1, c.name, '', c.set_code, c.rarity, c.category, c.id, n / 3000 + 1,
      uuidv7(), p.price, case when p.price is null then 0 else 1 + (p.price >= 1000000)::int
        + (p.price >= 5000000)::int + (p.price >= 25000000)::int + (p.price >= 100000000)::int end,
      (n % 10 in (1, 2, 3))::int, (n % 10 = 0)::int,
      case when n % 10 = 0 then ${now}::bigint + n * 1000 end, ${now}::bigint - (n * 7919 % 1000000) * 1000, c.shown
    from generate_series(0, 99999) n join card c on c.at = n % 3000
    cross join lateral (select case when n % 10 < 4 then (n * 104729::bigint % 300000000) + 10000 end as price) p`;
  // Statistics of all rows, which no later sample replaces: plans are then the same in each run.
  await db`alter table search.documents_a set (autovacuum_enabled = false)`;
  await db`vacuum search.documents_a`;
  await db.begin(async (tx) => {
    await tx`set local default_statistics_target = 2000`;
    await tx`analyze search.documents_a`;
  });
}
