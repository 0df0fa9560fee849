import { consumeInSql, type OrderedEvent } from '@ece/platform/outbox/reader';
import type { OnProgress } from '@ece/platform/service';
import { type CopyRow, listCopies, readCopies } from '@ece/vault';
import { AFFECTING, affectedBy, type Key } from './domain/affected.ts';
import type { SearchDocument, SearchEngine } from './engine.ts';
import { cardDocuments, copyDocuments, personDocuments, type Sources, setDocuments } from './facts.ts';
import { drawVersion, forgetMarks, mark, type Queue, releaseMarks, takeMarks } from './store.ts';

/** Events read in one transaction, marks worked off at once, rows of one page of a rebuild. */
const EVENTS = 5000;
const MARKS = 300;
const PAGE = 500;

const BID = 'auction.bid';

export interface Indexer {
  sources: Sources;
  engine: SearchEngine;
  queue: Queue;
}

/**
 * Notes what the next events say something new about; true when there may be more. Of many bids on an auction
 * it reads one: they all say the same thing of the same documents.
 */
export async function follow({ sources, queue }: Indexer): Promise<boolean> {
  return await consumeInSql(
    sources.db,
    queue.consumer,
    async (tx, events) => {
      // What stands on the topic of the market stands on another one first.
      const affecting = await tx<Pick<OrderedEvent, 'type' | 'data'>[]>`
        with own as (select topic, type, data from (${events}) e where topic <> 'market')
        select type, data from own where type <> ${BID}
        union all (select distinct on (topic) type, data from own where type = ${BID})`;
      await mark(
        tx,
        queue,
        affecting.flatMap(({ type, data }) => affectedBy(type, data)),
      );
    },
    { types: AFFECTING, limit: EVENTS },
  );
}

/**
 * Makes the documents of what has been marked again, from what its owners say now. In this order: marks,
 * version, facts, documents, and at last the marks are forgotten. So a document that a slower process writes
 * late is never older than its version says, and a change that comes meanwhile is marked again.
 * @param which what bids have changed, or all else
 * @returns true when there may be more
 */
export async function refresh(
  { sources, engine, queue }: Indexer,
  which: 'bids' | 'all else',
): Promise<boolean> {
  const marks = await takeMarks(sources.db, queue, which, MARKS);
  if (marks.length === 0) return false;
  const version = await drawVersion(sources.db);
  try {
    await engine.write(await documentsOf(sources, marks), version);
  } catch (error) {
    await releaseMarks(sources.db, queue, marks);
    throw error;
  }
  await forgetMarks(sources.db, queue, marks);
  return marks.length === MARKS;
}

async function documentsOf(sources: Sources, keys: Key[]): Promise<SearchDocument[]> {
  const { db, users, nfts, auctions } = sources;
  const ids = (kind: Key['kind']) => keys.filter((key) => key.kind === kind).map((key) => key.id);
  const inAuction = [...new Set([...ids('auction'), ...ids('bids')])];
  const facts = inAuction.length > 0 ? await auctions.facts(inAuction) : {};
  const inLots = Object.values(facts).flatMap(({ lot }) => lot.map(({ copyId }) => copyId));
  const copies = await readCopies(db, [...new Set([...ids('copy'), ...inLots])]);
  const cardIds = [...new Set([...ids('card'), ...copies.map((copy) => copy.cardId)])];
  const [cards, sets, people] = await Promise.all([
    cardIds.length > 0 ? nfts.cards({ ids: cardIds }) : [],
    ids('set').length > 0 ? nfts.sets({ ids: ids('set') }) : [],
    ids('person').length > 0 ? users.byIds(ids('person')) : [],
  ]);
  const [ofCards, ofCopies] = await Promise.all([
    cardDocuments(sources, cards),
    copyDocuments(sources, copies, cards),
  ]);
  return [...setDocuments(sets), ...personDocuments(people), ...ofCards, ...ofCopies];
}

/**
 * Makes a new index from everything that its owners know, and lets it be read when it is whole. What happens
 * meanwhile is written into both.
 * @param unlessBegun does nothing where there is an index, or another process is making it
 * @returns the number of documents
 */
export async function rebuild(
  indexer: Indexer,
  progress: OnProgress = () => {},
  unlessBegun = false,
): Promise<number> {
  const { sources, engine } = indexer;
  const { db, users, nfts } = sources;
  const build = await engine.begin(unlessBegun);
  if (build === undefined) return 0;
  let written = 0;
  const copies = (await nfts.mintProgress()).final;

  const fill = async <T extends { id: string }>(
    read: (after: string | undefined, limit: number) => Promise<T[]>,
    make: (page: T[]) => SearchDocument[] | Promise<SearchDocument[]>,
  ) => {
    for (let after: string | undefined; ; ) {
      const version = await drawVersion(db);
      const page = await read(after, PAGE);
      const documents = await make(page);
      await engine.fill(build, documents, version);
      written += documents.length;
      progress(written, Math.max(written, copies), 'documents');
      if (page.length < PAGE) return;
      after = page.at(-1)!.id;
    }
  };

  await fill((after, limit) => nfts.sets({ after, limit }), setDocuments);
  await fill(
    (after, limit) => nfts.cards({ after, limit }),
    (page) => cardDocuments(sources, page),
  );
  await fill((after, limit) => users.peopleAfter(after, limit), personDocuments);
  await fill(
    (after, limit) => listCopies(db, { after }, limit),
    async (page: CopyRow[]) => {
      const cards = await nfts.cards({ ids: [...new Set(page.map((copy) => copy.cardId))] });
      return copyDocuments(sources, page, cards);
    },
  );
  await engine.finish(build);
  return written;
}
