import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { tokenAccountAddress } from '@ece/platform/chain/client';
import { formatMoney, parseMoney } from '@ece/sdk';
import { generateKeyPairSigner } from '@solana/kit';
import { type CardArt, MOTIF_NAMES, renderSvg, THEME_NAMES } from '../artwork/index.ts';
import { catalogueCsv } from '../catalogue/csv.ts';
import type { CatalogueRow } from '../catalogue/index.ts';
import { eventually, refusal, type Stage, short, type Trader } from './stage.ts';

const available = async ({ ece }: Trader) => parseMoney((await ece.wallet.get()).available);

/** The faucet's test USDC travels on chain and is credited once it is final. */
export async function fundAct({ act, say, prove, nova, milo, iris }: Stage): Promise<void> {
  act('1. Funds');
  for (const trader of [nova, milo, iris]) {
    const transfer = await trader.ece.wallet.faucet({ amount: '2000' });
    say(
      `${trader.name} asks the faucet for 2,000 USDC at ${short(trader.depositAddress)} (transfer ${transfer.state})`,
    );
  }
  for (const trader of [nova, milo, iris]) {
    await eventually('a deposit', async () => ((await available(trader)) > 0n ? true : undefined));
  }
  const balances = await Promise.all([nova, milo, iris].map(available));
  prove(
    'everybody has exactly 2,000 USDC, credited once',
    balances.every((b) => b === parseMoney('2000')),
  );
}

/** The operator imports a catalogue and mints; every copy is an NFT. */
export async function mintAct(stage: Stage): Promise<void> {
  const { act, say, prove, operator, copies, nova, milo } = stage;
  act('2. A catalogue, minted');
  const code = `X${Math.random().toString(36).slice(2, 7).toUpperCase()}`;
  const rows = storyRows(code);
  const artwork: Record<string, string> = {};
  for (const [index, row] of rows.entries()) {
    const svg = renderSvg(storyArt(row, index));
    artwork[row.artwork] = (
      await operator.nfts.uploadContent({ data: Buffer.from(svg).toString('base64') })
    ).cid;
  }
  const broken = catalogueCsv(rows).replace('legendary', 'shiny');
  const refused = await refusal(operator.nfts.importCards({ csv: broken, artwork }));
  prove('a catalogue with a wrong rarity is refused as a whole', refused === 'import_rejected');
  await operator.nfts.importCards({ csv: catalogueCsv(rows), artwork });
  const sets = await operator.nfts.listSets({ limit: 100 });
  const set = sets.items.find((item) => item.code === code)!;
  const { items: cards } = await operator.nfts.listCards({ setId: set.id });
  say(`The operator imported the set ${code} with ${cards.length} cards`);
  const owners = [nova, nova, milo];
  for (const [index, card] of cards.entries()) {
    const { copies: minted } = await operator.nfts.mint({
      id: card.id,
      quantity: 1,
      ownerHandle: owners[index]!.handle,
    });
    copies.set(card.name, minted[0]!.id);
  }
  for (const [name, id] of copies) {
    const copy = await eventually('a mint', async () => {
      const detail = await operator.nfts.getCopy({ id });
      return detail.commitment === null && detail.onChain ? detail : undefined;
    });
    say(
      `${name} #${copy.serial} is ${short(copy.mint!)}, made by transaction ${short(copy.mintTransaction!)}`,
    );
    const { onChain } = copy;
    prove(
      `the chain says: supply ${onChain?.supply}, nobody can mint more, member of the set's group`,
      onChain?.supply === '1' && onChain.mintAuthority === null && onChain.group !== null,
    );
  }
}

/** A fixed price: the buyer states the price that they saw. */
export async function listingAct({ act, say, prove, nova, iris, copies }: Stage): Promise<void> {
  act('3. A listing');
  const copyId = copies.get('Lantern Post')!;
  const listing = await nova.ece.market.createListing({ copyId, price: '120' });
  say(
    `Nova lists Lantern Post for 120 USDC and would receive ${listing.quote.sellerReceives} after fee and royalty`,
  );
  const stale = await refusal(iris.ece.market.purchase({ id: listing.id, price: '100' }));
  prove('Iris cannot buy at a price that is not the price', stale === 'price_changed');
  const key = crypto.randomUUID();
  const sale = await iris.ece.market.purchase({ id: listing.id, price: '120' }, { idempotencyKey: key });
  const again = await iris.ece.market.purchase({ id: listing.id, price: '120' }, { idempotencyKey: key });
  prove('Iris buys it once, also when the call is repeated', sale.id === again.id);
  const copy = await iris.ece.nfts.getCopy({ id: copyId });
  prove('the copy is hers', copy.ownerHandle === iris.handle);
}

/** An auction with rival proxies and a soft close, watched over the realtime feed. */
export async function auctionAct({ act, say, prove, nova, milo, iris, copies }: Stage): Promise<void> {
  act('4. An auction with a soft close');
  const copyId = copies.get('The Cartographer')!;
  const auction = await milo.ece.auctions.create({
    copyIds: [copyId],
    startingPrice: '10',
    reservePrice: '60',
    endsAt: new Date(Date.now() + 9000).toISOString(),
    softClose: { window: 5, extension: 5 },
  });
  say('Milo auctions The Cartographer from 10 USDC with a hidden reserve; 9 seconds, soft close 5 and 5');
  const sequences: number[] = [];
  const ended = Promise.withResolvers<void>();
  const feed = nova.ece.feed({
    event({ type, data, sequence }) {
      sequences.push(sequence);
      const bid = data as { price?: string; leaderHandle?: string; extended?: boolean };
      if (type === 'auction.bid') {
        const note = bid.extended ? ', and the end moves' : '';
        say(`  feed #${sequence}: ${bid.leaderHandle} leads at ${bid.price}${note}`);
      }
      if (type === 'auction.sold' || type === 'auction.unsold') ended.resolve();
    },
  });
  feed.subscribe(`auction:${auction.id}`, 0);
  const bid = (who: Trader, maximum: string) => who.ece.auctions.bid({ id: auction.id, maximum });
  await bid(nova, '45');
  await bid(iris, '30');
  await bid(iris, '90');
  prove('nobody bids on their own auction', (await refusal(bid(milo, '500'))) === 'own_auction');
  await eventually('the window', async () => {
    const { endsAt, serverTime } = await nova.ece.auctions.get({ id: auction.id });
    return Date.parse(endsAt) - Date.parse(serverTime) < 3000 ? true : undefined;
  });
  const late = await bid(nova, '150');
  prove('a bid in the last seconds moves the end', Date.parse(late.endsAt) > Date.parse(auction.endsAt));
  await ended.promise;
  feed.close();
  const result = await nova.ece.auctions.get({ id: auction.id });
  say(`Sold to ${result.leaderHandle} for ${result.price} USDC, one increment above Iris' maximum of 90`);
  prove('Nova pays 91, not her maximum of 150', result.price === '91' && result.leaderHandle === nova.handle);
  prove(
    'the feed had every event, in order, without a gap',
    sequences.every((sequence, index) => sequence === index + 1) && sequences.length === result.sequence,
  );
  const { held } = await iris.ece.wallet.get();
  prove('nothing of Iris’ money is held any more', held === '0');
}

/** Card against card with cash: an offer, a counter-offer, and one transaction that moves everything. */
export async function tradeAct({ act, say, prove, nova, iris, copies }: Stage): Promise<void> {
  act('5. A trade');
  const [give, want] = [copies.get('The Cartographer')!, copies.get('Lantern Post')!];
  const offer = await nova.ece.trades.create({
    toHandle: iris.handle,
    give: { copyIds: [give] },
    receive: { copyIds: [want], cash: '20' },
    message: 'My Cartographer for your Lantern Post and 20?',
  });
  say('Nova offers The Cartographer for Lantern Post and 20 USDC');
  const counter = await iris.ece.trades.counter({
    id: offer.id,
    give: { copyIds: [want], cash: '12.5' },
    receive: { copyIds: [give] },
    message: '12.50 and it is yours.',
  });
  say('Iris counters with 12.50');
  const dead = await refusal(nova.ece.trades.withdraw({ id: offer.id }));
  prove('the countered offer is dead', dead === 'trade_offer_closed');
  await nova.ece.trades.accept({ id: counter.id });
  const [a, b] = await Promise.all([
    nova.ece.nfts.getCopy({ id: want }),
    nova.ece.nfts.getCopy({ id: give }),
  ]);
  prove(
    'both cards and the cash moved at once',
    a.ownerHandle === nova.handle && b.ownerHandle === iris.handle,
  );
}

/** Out to a fresh wallet and back, and USDC out. */
export async function walletAct(stage: Stage): Promise<void> {
  const { act, say, prove, chain, nova, iris, copies, usdcMint } = stage;
  act('9. To a wallet and back');
  const fresh = await generateKeyPairSigner();
  const copyId = copies.get('Lantern Post')!;
  await nova.ece.nfts.withdrawCopy({ id: copyId, address: fresh.address });
  const away = await eventually('the withdrawal', async () => {
    const copy = await nova.ece.nfts.getCopy({ id: copyId });
    return copy.custody === 'outside' ? copy : undefined;
  });
  const held = await chain.nft(away.mint!);
  prove(`the chain itself says that ${short(fresh.address)} holds it`, held?.holder?.owner === fresh.address);

  await chain.airdrop(fresh.address, 1_000_000_000n);
  await eventually('the airdrop', async () => ((await chain.balance(fresh.address)) > 0n ? true : undefined));
  const back = await chain.signTokenTransfer({
    feePayer: fresh,
    authority: fresh,
    reference: crypto.randomUUID(),
    program: 'token-2022',
    mint: away.mint!,
    toOwner: iris.depositAddress,
    amount: 1n,
    decimals: 0,
  });
  if (!back.ok) throw new Error(back.error.detail);
  await chain.broadcast(back.value.wire);
  say('The wallet sends it to Iris’ deposit address');
  const home = await eventually('the deposit', async () => {
    const copy = await iris.ece.nfts.getCopy({ id: copyId });
    return copy.custody === 'exchange' ? copy : undefined;
  });
  prove('the exchange recognises it by its mint and gives it to Iris', home.ownerHandle === iris.handle);

  const before = await available(nova);
  await nova.ece.wallet.withdraw({ amount: '250', address: fresh.address });
  const account = await tokenAccountAddress(fresh.address, usdcMint, 'token');
  await eventually('the payment', async () => {
    const [balance] = await chain.tokenBalances([account], 'finalized');
    return balance === parseMoney('250') ? true : undefined;
  });
  prove(
    '250 USDC left Nova’s balance and are in the wallet',
    before - (await available(nova)) === parseMoney('250'),
  );
}

/** What is left to believe is shown instead. */
export async function proofsAct(stage: Stage): Promise<void> {
  const { act, say, prove, copies, chain, nova, milo, iris, dataDir } = stage;
  act('10. Proofs');
  let total = 0n;
  for (const trader of [nova, milo, iris]) {
    const { items } = await trader.ece.wallet.entries({ limit: 100 });
    const wallet = await trader.ece.wallet.get();
    const sum = items.reduce((rest, entry) => rest + signed(entry.amount), 0n);
    const balance = parseMoney(wallet.available) + parseMoney(wallet.held);
    total += balance;
    say(`${trader.name}: ${formatMoney(balance)} USDC, ${items.length} entries`);
    prove('the entries add up to the balance', sum === balance);
  }
  say(`Together ${formatMoney(total)} of 6,000 USDC: 250 left, the rest went to fees and royalties`);
  for (const [name, id] of copies) {
    const copy = await nova.ece.nfts.getCopy({ id });
    const holder = (await chain.nft(copy.mint!))?.holder?.owner;
    prove(
      `${name} belongs to ${copy.ownerHandle}, held in custody at ${short(holder ?? 'nowhere')}`,
      holder !== undefined,
    );
  }
  const main = fileURLToPath(new URL('../../server/main.ts', import.meta.url));
  const verify = spawnSync(process.execPath, [main, 'verify', '--data', dataDir], { encoding: 'utf8' });
  console.log(verify.stdout.replaceAll(/^/gm, '   '));
  prove('`ece verify` finds nothing wrong', verify.status === 0);
}

function signed(amount: string): bigint {
  return amount.startsWith('-') ? -parseMoney(amount.slice(1)) : parseMoney(amount);
}

const STORY = [
  ['Lantern Post', 'epic', 'A street-light network that delivers letters at dusk.'],
  ['Moss & Partners', 'rare', 'Law, slowly, and always on the north side.'],
  ['The Cartographer', 'legendary', 'Draws the places that its users are about to need.'],
] as const;

const STORY_SET = {
  setName: 'Night letters',
  setDescription: 'Made for one story.',
  category: 'Maps',
  editionSize: 3,
};

function storyRows(code: string): CatalogueRow[] {
  return STORY.map(([name, rarity, description], index) => ({
    ...STORY_SET,
    setCode: code,
    number: index + 1,
    name,
    rarity,
    artwork: `${index + 1}.svg`,
    description,
    attributes: { Founded: '2031', Mascot: 'A lamp' },
  }));
}

function storyArt(row: CatalogueRow, index: number): CardArt {
  const { description, artwork: _, setDescription: __, ...design } = row;
  return {
    ...design,
    tagline: description,
    setSize: STORY.length,
    theme: THEME_NAMES[index % THEME_NAMES.length]!,
    motif: MOTIF_NAMES[(index * 5) % MOTIF_NAMES.length]!,
    seed: row.name,
  };
}
