import { writeFileSync } from 'node:fs';
import type { Result } from '@ece/contract';
import { catalogueCsv, demoCatalogue } from '@ece/demo/catalogue/export';
import { eachOf } from '@ece/platform/chain/each-of';
import { startJob } from '@ece/platform/jobs/runner';
import { settings } from '../../server/commands/settings.ts';
import { startStack } from '../../server/embedded/stack.ts';
import { type Operator, withOperator } from '../../server/operator.ts';
import { createProgress } from '../../server/progress.ts';
import { rebuildServices } from '../../server/rebuild.ts';
import type { Filling, Seeded } from './exchange.ts';

/*
 * Fills the data folder of the settings for a bench, as `ece seed` does: accounts with USDC that came over the
 * local chain, copies that are NFTs, and open auctions. Started by `exchange.ts`, which reads the file that
 * this leaves.
 */
const DAY = 86_400_000;
const EDITION = 1000;
/** Nobody signs in: benches sign access tokens with the exchange's own secret. */
const PASSWORD = 'nobody-signs-in-with-this';
const PURSE = 50_000_000_000n;
const STARTING_PRICE = 1_000_000n;
const [filling, file] = [JSON.parse(process.argv[2]!) as Filling, process.argv[3]!];

const seeded = await withOperator(settings({}), fill, (config, onProgress) =>
  startStack(config, onProgress, { loadable: true }),
);
writeFileSync(file, JSON.stringify(seeded));

async function fill(operator: Operator): Promise<Seeded> {
  const { peers, resources } = operator;
  const { sender } = await resources.chainParts();
  const jobs = [...operator.byName.get('wallet')!.jobs, ...sender.jobs].map((job) =>
    startJob(job, resources.log),
  );
  try {
    const [sellerId, ...people] = await invite(operator, filling.people + 1);
    const transfers: string[] = [];
    await eachOf(people, 16, async (id) => {
      transfers.push(await peers.wallet.fund(id, PURSE));
    });
    const copyIds = await mint(operator, sellerId!, filling.auctions);
    while (!(await peers.wallet.settled(transfers))) await new Promise((done) => setTimeout(done, 100));
    const bidders = filling.withBids ? people : [];
    const auctions = await openAuctions(operator, sellerId!, copyIds, bidders);
    const rebuilt = await rebuildServices(operator.byName, [], createProgress(process.stderr));
    if (!rebuilt.ok) throw new Error(rebuilt.problem);
    await resources.db`vacuum (analyze)`;
    return { sellerId: sellerId!, people, auctions };
  } finally {
    await Promise.all(jobs.map((job) => job.stop()));
  }
}

async function invite({ peers }: Operator, count: number): Promise<string[]> {
  const joinedAt = new Date(Date.now() - 2 * DAY);
  const people = Array.from({ length: count }, (_, i) => ({
    email: `bidder${i}@bench.ece.example`,
    handle: `bidder${i}`,
    displayName: `Bidder ${i}`,
    bio: '',
    joinedAt,
  }));
  return accepted(await peers.auth.importAccounts(people, PASSWORD));
}

/** Brings copies onto the chain, a thousand of each card. */
async function mint({ peers, resources }: Operator, ownerId: string, copies: number): Promise<string[]> {
  const [model] = demoCatalogue();
  const rows = Array.from({ length: Math.ceil(copies / EDITION) }, (_, i) => ({
    ...model!,
    number: i + 1,
    name: `Bench ${i + 1}`,
    editionSize: EDITION,
  }));
  const content = await resources.content();
  const picture = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1z"/></svg>';
  const { cid } = await content.put(Buffer.from(picture));
  const artwork = { [model!.artwork]: cid };
  accepted(await peers.nfts.importCatalogue({ csv: catalogueCsv(rows), artwork, creatorId: ownerId }));
  const cards = await peers.nfts.cards({ after: undefined, limit: rows.length });
  let left = copies;
  const editions = cards.map(({ id }) => {
    const size = Math.min(left, EDITION);
    left -= size;
    return { cardId: id, ownerIds: new Array<string>(size).fill(ownerId) };
  });
  const at = new Date(Date.now() - DAY);
  return accepted(await peers.nfts.importMinted({ setId: cards[0]!.setId, cards: editions, at })).flat();
}

async function openAuctions(
  { peers, resources }: Operator,
  sellerId: string,
  copyIds: string[],
  bidders: string[],
): Promise<string[]> {
  const now = Date.now();
  for (let at = 0; at < copyIds.length; at += EDITION) {
    const opened = copyIds.slice(at, at + EDITION).map((copyId, index) => ({
      ...{
        sellerId,
        copyIds: [copyId],
        startingPrice: STARTING_PRICE,
        reservePrice: null,
        buyNowPrice: null,
      },
      ...{ startsAt: now - DAY, endsAt: now + 7 * DAY, softClose: undefined },
      bids: bidders
        .slice(index % bidders.length)
        .slice(0, 1)
        .map((bidderId) => ({
          ...{ bidderId, maximum: STARTING_PRICE, at: now - DAY / 2 },
        })),
    }));
    accepted(await peers.auctions.importOpen(opened));
  }
  const rows = await resources.db<{ id: string }[]>`select id from auctions.auctions order by id`;
  return rows.map(({ id }) => id);
}

function accepted<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`the seed of a bench was refused: ${JSON.stringify(result)}`);
  return result.value;
}
