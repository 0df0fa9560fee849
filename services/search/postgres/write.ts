import { atomically, type Database, type Sql, type Tx } from '@ece/platform/db/database';
import { bandOf } from '../domain/bands.ts';
import type { SearchDocument } from '../engine.ts';
import { inLockOrder } from './rows.ts';
import { termsOf } from './terms.ts';

/** The two tables that take turns. */
export type Slot = 'a' | 'b';

const EMPTY = { title: '', vector: null, words: null };

/** How long a rebuild that has not ended is taken to be under way, in seconds. */
const PATIENCE = 600;

/** The table of a slot. */
export function tableOf(sql: Sql, slot: Slot) {
  return slot === 'a' ? sql`search.documents_a` : sql`search.documents_b`;
}

interface Generations {
  live: Slot;
  building: Slot | null;
}

/** Writes documents into the index that is read, and into the one that is being made. */
export async function writeDocuments(
  db: Database,
  documents: SearchDocument[],
  version: bigint,
): Promise<void> {
  if (documents.length === 0) return;
  await atomically(db, async (tx) => {
    // Shared: writers do not wait for each other, and a rebuild begins and ends between them.
    const [row] = await tx<Generations[]>`select live, building from search.generations for share`;
    await upsert(tx, row!.live, documents, version);
    if (row!.building) await upsert(tx, row!.building, documents, version);
  });
}

/** Writes documents into the index that this rebuild makes; throws where it is not its turn any more. */
export async function fillDocuments(
  db: Database,
  build: string,
  documents: SearchDocument[],
  version: bigint,
): Promise<void> {
  if (documents.length === 0) return;
  await atomically(db, async (tx) => {
    const [row] = await tx<{ building: Slot }[]>`
      select building from search.generations where build = ${build} for share`;
    if (!row) throw new GivenUp();
    await upsert(tx, row.building, documents, version);
  });
}

/** Empties the table that is not read and lets a rebuild fill it. See `SearchEngine.begin`. */
export async function beginBuild(db: Database, unlessBegun: boolean): Promise<string | undefined> {
  return await atomically(db, async (tx) => {
    const [row] = await tx<{ live: Slot; begun: boolean }[]>`
      select live, built_at is not null or (building_since is not null
        and building_since > clock_timestamp() - make_interval(secs => ${PATIENCE})) as begun
      from search.generations for update`;
    if (unlessBegun && row!.begun) return undefined;
    const slot = row!.live === 'a' ? 'b' : 'a';
    await tx`truncate ${tableOf(tx, slot)}`;
    const [begun] = await tx<{ build: bigint }[]>`
      update search.generations
      set building = ${slot}, build = nextval('search.tickets'), building_since = clock_timestamp()
      returning build`;
    return String(begun!.build);
  });
}

/**
 * Lets the table that a rebuild has filled be read. The other one keeps its rows until the next rebuild
 * begins: somebody may still be reading them.
 */
export async function finishBuild(db: Database, build: string): Promise<void> {
  const [built] = await db<
    { building: Slot }[]
  >`select building from search.generations where build = ${build}`;
  if (!built) throw new GivenUp();
  await db`analyze ${tableOf(db, built.building)}`;
  const rows = await db`
    update search.generations
    set live = building, building = null, build = null, building_since = null, built_at = clock_timestamp()
    where build = ${build} returning 1`;
  if (rows.length === 0) throw new GivenUp();
}

class GivenUp extends Error {
  constructor() {
    super('another rebuild of the search index has begun since');
  }
}

async function upsert(tx: Tx, slot: Slot, documents: SearchDocument[], version: bigint): Promise<void> {
  const rows = inLockOrder(documents).map((document) => {
    const terms = document.kind === 'copy' ? EMPTY : termsOf(document);
    const { kind, id, name, setCode, rarity, category, cardId, serial, ownerId } = document;
    const { price, listings, auctions, auctionEnds, sold, shown } = document;
    return {
      ...{ kind, id, name, title: terms.title, words: terms.words, terms: terms.vector },
      ...{ set_code: setCode, rarity, category, card_id: cardId, serial, owner_id: ownerId },
      ...{ price: price?.toString() ?? null, band: bandOf(price), listings, auctions },
      ...{ auction_ends: auctionEnds, sold, shown },
    };
  });
  await tx`
    insert into ${tableOf(tx, slot)} as d (kind, id, version, name, title, words, terms, set_code, rarity,
      category, card_id, serial, owner_id, price, band, listings, auctions, auction_ends, sold, shown)
    select kind, id, ${version}, name, title, words, terms::tsvector, set_code, rarity,
      category, card_id, serial, owner_id, price, band, listings, auctions, auction_ends, sold, shown
    from jsonb_to_recordset(${tx.json(rows as never)}) as r(kind text, id uuid, name text, title text, words text,
      terms text, set_code text, rarity text, category text, card_id uuid, serial int, owner_id uuid,
      price bigint, band smallint, listings int, auctions int, auction_ends bigint, sold bigint, shown jsonb)
    on conflict (kind, id) do update set version = excluded.version, name = excluded.name,
      title = excluded.title, words = excluded.words, terms = excluded.terms, set_code = excluded.set_code,
      rarity = excluded.rarity, category = excluded.category, card_id = excluded.card_id,
      serial = excluded.serial, owner_id = excluded.owner_id, price = excluded.price, band = excluded.band,
      listings = excluded.listings, auctions = excluded.auctions, auction_ends = excluded.auction_ends,
      sold = excluded.sold, shown = excluded.shown
    where d.version < excluded.version`;
}
