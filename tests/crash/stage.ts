import { createClient, type Ece } from '@ece/sdk';
import { eventually } from '../support/eventually.ts';
import type { Ledger } from './ledger.ts';
import { OPERATOR, type Site } from './site.ts';
import { Trader } from './traders.ts';

const PASSWORD = 'a long enough word to trade with';
const ART = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 5 7"><path d="M0 0h5v7H0z"/></svg>',
).toString('base64');

/** Who trades, and what there is to trade with. */
export interface Stage {
  traders: Trader[];
  /** Puts another copy up for auction: the traders bid on the newest ones. */
  openAuction(): Promise<string>;
}

const AUCTIONS_AT_ONCE = 3;

/** Makes people with money, cards, and a seller of auctions. */
export async function setStage(
  site: Pick<Site, 'url'>,
  ledger: Ledger,
  options: { auctions: number; traders: number; seed: number },
): Promise<Stage> {
  const operator = createClient({ url: site.url });
  await eventually(async () => {
    const signedIn = await operator.signIn(OPERATOR).catch(() => undefined);
    return signedIn !== undefined;
  });
  const handles = ['crash_seller', ...Array.from({ length: options.traders }, (_, n) => `crash_trader_${n}`)];
  const people: Ece[] = [];
  for (const handle of handles) {
    const ece = createClient({ url: site.url });
    await ece.signUp({ email: `${handle}@crash.ece.example`, password: PASSWORD, handle });
    people.push(ece);
  }
  const [seller, ...traders] = people as [Ece, ...Ece[]];
  await Promise.all(traders.map((ece) => ece.wallet.faucet({ amount: '10000' })));
  await eventually(async () => {
    const wallets = await Promise.all(traders.map((ece) => ece.wallet.get()));
    return wallets.every(({ available }) => Number(available) > 0);
  });
  const set = await operator.nfts.createSet({ code: 'CRASH', name: 'Crash' });
  const copies = async (number: number, quantity: number, ownerHandle: string) => {
    const card = await operator.nfts.createCard({
      ...{ setId: set.id, number, name: `Card ${number}`, rarity: 'rare', category: 'Things' },
      ...{ editionSize: quantity, artwork: ART },
    });
    const minted = await operator.nfts.mint({ id: card.id, quantity, ownerHandle });
    return minted.copies.map(({ id }) => id);
  };
  const lots = await copies(1, options.auctions, handles[0]!);
  const own = await Promise.all(traders.map((_, n) => copies(2 + n, 5, handles[n + 1]!)));
  for (const id of [...lots, ...own.flat()]) {
    await eventually(async () => (await operator.nfts.getCopy({ id })).commitment === null);
  }
  return {
    traders: own.map(
      (mine, n) =>
        new Trader({
          ...{ url: site.url, handle: handles[n + 1]!, password: PASSWORD },
          ...{ ledger, seed: options.seed + n, copies: mine },
        }),
    ),
    async openAuction() {
      const endsAt = new Date(Date.now() + 12 * 3_600_000).toISOString();
      const { id } = await seller.auctions.create({ copyIds: [lots.pop()!], startingPrice: '1', endsAt });
      ledger.auctions.push({ id, minimum: '1' });
      if (ledger.auctions.length > AUCTIONS_AT_ONCE) ledger.auctions.shift();
      return id;
    },
  };
}
