import { SYSTEM } from '@ece/platform/audit/audit';
import type { Database } from '@ece/platform/db/database';
import { readCustody } from '@ece/wallet';
import { generateKeyPairSigner, type KeyPairSigner } from '@solana/kit';
import { untilConsumed, untilVisible } from '../support/horizon.ts';
import { type Person, type TestExchange, until } from './exchange.ts';

const USDC = 1_000_000n;
const ARTWORK = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>');

/** The ids of what the story left behind. */
export interface State {
  ann: Person;
  ben: Person;
  cat: Person;
  cardId: string;
  setId: string;
  outsider: KeyPairSigner;
  openListing: string;
  bulkListing: string;
  soldListing: string;
  cancelledListing: string;
  cancelledCopy: string;
  listedCopy: string;
  boughtCopy: string;
  openOffer: string;
  cardOffer: string;
  acceptedOffer: string;
  offeredCopy: string;
  running: string;
  runningCopy: string;
  lot: string;
  sold: string;
  soldCopy: string;
  unsold: string;
  boughtNow: string;
  openTrade: string;
  openTradeCopy: string;
  accepted: string;
  acceptedCopy: string;
  declined: string;
  outsideCopy: string;
  returnedCopy: string;
  leavingCopy: string;
  freeCopy: string;
  wantedCopy: string;
  paid: string;
  pending: string;
  webhook: string;
}

/** Goes through the life of an exchange, so that every kind of row is there, and lets it come to rest. */
export async function makeState(exchange: TestExchange): Promise<State> {
  const { call, peers, resources } = exchange;
  const [admin, ann, ben, cat] = [
    await exchange.person('admin'),
    await exchange.person(),
    await exchange.person(),
    await exchange.person(),
  ];
  const funded = await Promise.all([ann, ben, cat].map((who) => peers.wallet.fund(who.id, 500n * USDC)));
  const set = await call(admin, 'POST', '/sets', { code: 'FLT', name: 'Faults' });
  const card = await call(admin, 'POST', '/cards', {
    setId: set.id,
    number: 1,
    name: 'Breaker',
    rarity: 'rare',
    category: 'Tools',
    editionSize: 100,
    artwork: ARTWORK.toString('base64'),
  });
  const mint = async (owner: Person, quantity: number): Promise<string[]> => {
    const body = { quantity, ownerHandle: owner.handle };
    const made = await call<{ copies: { id: string }[] }>(admin, 'POST', `/cards/${card.id}/mint`, body);
    return made.copies.map((copy) => copy.id);
  };
  const copies = await mint(ann, 19);
  const bens = await mint(ben, 3);
  await until(async () => (await peers.nfts.mintProgress()).pending === 0);
  await until(() => peers.wallet.settled(funded));
  const outsider = await generateKeyPairSigner();
  // Nobody listens there, so its deliveries wait.
  const hook = await call(ben, 'POST', '/webhooks', { url: 'https://hooks.invalid/', topics: ['me'] });
  const shared = { exchange, ann, ben, cat, copies, bens, outsider };
  const listed = await makeListings(shared);
  const offered = await makeOffers({ ...shared, cardId: card.id });
  const auctioned = await makeAuctions(shared);
  const traded = await makeTrades(shared);
  await interrupt(exchange, auctioned.running, cat);
  const moved = await makeTransfers(shared);
  await atRest(resources.db);
  await untilConsumed(resources.db);
  await until(async () => {
    const [row] = await resources.db<{ left: bigint }[]>`
      select (select count(*) from vault.moves)
        - (select count(*) from portfolio.lots where serial_class is not null) as left`;
    return row!.left === 0n;
  });
  await exchange.rest();
  const unfinished = await leaveUnfinished(shared);
  const [wantedCopy] = await mint(ann, 1);
  await readModelsDone(exchange);
  return {
    ...{
      ann,
      ben,
      cat,
      cardId: card.id,
      setId: set.id,
      outsider,
      wantedCopy: wantedCopy!,
      freeCopy: copies[16]!,
      webhook: hook.id,
    },
    ...listed,
    ...offered,
    ...auctioned,
    ...traded,
    ...moved,
    ...unfinished,
  };
}

/** Jobs that derive something. */
const READ_MODELS = /^marketdata\./;

/** Lets the read models take in what happened last. */
async function readModelsDone({ instances, resources }: TestExchange): Promise<void> {
  await untilVisible(resources.db);
  const jobs = instances.flatMap((instance) => instance.jobs).filter((job) => READ_MODELS.test(job.name));
  await until(async () => {
    for (const job of jobs) while (await job.run());
    return true;
  });
}

/** Halts trading for a moment, which the running auction has back, and freezes somebody for another one. */
async function interrupt({ peers, resources: { db } }: TestExchange, running: string, cat: Person) {
  const end = async () =>
    (await db<{ at: Date }[]>`select ends_at as at from auctions.auctions where id = ${running}`)[0]!.at;
  const before = await end();
  await peers.admin.halt(SYSTEM, { withdrawals: true, reason: 'a look at the books' });
  await db`select pg_sleep(0.02)`;
  await peers.admin.resume(SYSTEM, {});
  await until(async () => (await end()) > before);
  await peers.admin.freeze(SYSTEM, 'admin', { handle: cat.handle, reason: 'a question' });
  await peers.admin.unfreeze(SYSTEM, 'admin', { handle: cat.handle });
}

interface Shared {
  exchange: TestExchange;
  ann: Person;
  ben: Person;
  cat: Person;
  copies: string[];
  bens: string[];
  outsider: KeyPairSigner;
}

async function makeListings({ exchange: { call }, ann, ben, copies }: Shared) {
  const list = async (copyId: string, price: string) =>
    (await call(ann, 'POST', '/listings', { copyId, price })).id;
  const [listedCopy, boughtCopy, cancelledCopy] = [copies[0]!, copies[1]!, copies[2]!];
  const [openListing, soldListing, cancelledListing] = [
    await list(listedCopy, '12.5'),
    await list(boughtCopy, '20'),
    await list(cancelledCopy, '7'),
  ];
  await call(ben, 'POST', `/listings/${soldListing}/purchase`, { price: '20' });
  await call(ann, 'DELETE', `/listings/${cancelledListing}`);
  const items = [{ copyId: copies[18]!, price: '2' }];
  const { results } = await call<{ results: { listing: { id: string } }[] }>(ann, 'POST', '/listings/bulk', {
    items,
  });
  const bulkListing = results[0]!.listing.id;
  await call(ben, 'POST', '/listings/bulk/purchase', {
    mode: 'possible',
    items: [
      { listingId: bulkListing, price: '2' },
      { listingId: openListing, price: '1' },
    ],
  });
  return { bulkListing, openListing, soldListing, cancelledListing, listedCopy, boughtCopy, cancelledCopy };
}

async function makeOffers({
  exchange: { call },
  ann,
  ben,
  cat,
  copies,
  cardId,
}: Shared & { cardId: string }) {
  const offer = async (who: Person, body: object) => (await call(who, 'POST', '/offers', body)).id;
  const [offeredCopy, declinedCopy] = [copies[17]!, copies[16]!];
  const [openOffer, cardOffer, acceptedOffer, declinedOffer] = [
    await offer(cat, { copyId: declinedCopy, amount: '4' }),
    await offer(cat, { cardId, amount: '3' }),
    await offer(ben, { copyId: offeredCopy, amount: '9' }),
    await offer(ben, { copyId: declinedCopy, amount: '1' }),
  ];
  await call(ann, 'POST', `/offers/${acceptedOffer}/accept`, { copyId: offeredCopy, amount: '9' });
  await call(ann, 'POST', `/offers/${declinedOffer}/decline`);
  return { openOffer, cardOffer, acceptedOffer, offeredCopy };
}

const soon = (ms: number) => new Date(Date.now() + ms).toISOString();

async function makeAuctions({ exchange, ann, ben, cat, copies }: Shared) {
  const { call, resources } = exchange;
  const auction = async (copyIds: string[], terms: object) =>
    (await call(ann, 'POST', '/auctions', { copyIds, startingPrice: '1', endsAt: soon(3_600_000), ...terms }))
      .id;
  const bid = (who: Person, id: string, maximum: string) =>
    call(who, 'POST', `/auctions/${id}/bids`, { maximum });
  const [runningCopy, soldCopy] = [copies[3]!, copies[6]!];
  const running = await auction([runningCopy], {});
  for (const [who, maximum] of [
    [ben, '5'],
    [cat, '9'],
    [ben, '30'],
  ] as const)
    await bid(who, running, maximum);
  const lot = await auction([copies[4]!, copies[5]!], { startsAt: soon(60_000) });
  const quick = { softClose: { window: 0, extension: 0 } };
  const sold = await auction([soldCopy, copies[7]!], { ...quick, endsAt: soon(1_500) });
  const unsold = await auction([copies[8]!], { ...quick, reservePrice: '100', endsAt: soon(1_500) });
  await bid(ben, sold, '10');
  await bid(cat, sold, '15');
  await bid(cat, unsold, '20');
  const boughtNow = await auction([copies[9]!], { buyNowPrice: '25' });
  await bid(cat, boughtNow, '8');
  await call(ben, 'POST', `/auctions/${boughtNow}/purchase`, { price: '25' });
  const cancelled = await auction([copies[10]!], {});
  await call(ann, 'DELETE', `/auctions/${cancelled}`);
  await until(async () => {
    const rows = await resources.db`
      select 1 from auctions.auctions where id in (${sold}, ${unsold}) and closed_at is not null`;
    return rows.length === 2;
  });
  return { running, runningCopy, lot, sold, soldCopy, unsold, boughtNow };
}

async function makeTrades({ exchange: { call }, ann, ben, copies, bens }: Shared) {
  const offer = async (give: object, receive: object) =>
    (await call(ann, 'POST', '/trade-offers', { toHandle: ben.handle, give, receive })).id;
  const goods = (copyIds: string[], cash = '0') => ({ copyIds, cash });
  const [openTradeCopy, acceptedCopy] = [copies[11]!, copies[12]!];
  const openTrade = await offer(goods([openTradeCopy], '6'), goods([bens[0]!]));
  const accepted = await offer(goods([acceptedCopy], '3'), goods([bens[1]!], '1'));
  await call(ben, 'POST', `/trade-offers/${accepted}/accept`);
  const declined = await offer(goods([copies[10]!]), goods([bens[2]!]));
  await call(ben, 'POST', `/trade-offers/${declined}/decline`);
  const countered = await offer(goods([copies[10]!]), goods([bens[2]!]));
  await call(ben, 'POST', `/trade-offers/${countered}/counter`, {
    give: goods([bens[2]!]),
    receive: goods([copies[10]!], '4'),
  });
  return { openTrade, openTradeCopy, accepted, acceptedCopy, declined };
}

async function makeTransfers({ exchange, ann, ben, cat, copies, outsider }: Shared) {
  const { call, peers, resources, chain, land } = exchange;
  const { db } = resources;
  const { keys } = await resources.chainParts();
  const [outsideCopy, returnedCopy] = [copies[13]!, copies[14]!];
  const { address } = await generateKeyPairSigner();
  const paid = (await call(cat, 'POST', '/wallet/withdrawals', { amount: '40', address })).id;
  for (const copyId of [outsideCopy, returnedCopy]) {
    await call(ann, 'POST', `/copies/${copyId}/withdrawals`, { address: outsider.address });
  }
  await until(async () => (await db`select 1 from nfts.mints where holder_path is null`).length === 2);
  const [row] = await db<{ mint: string }[]>`select mint from nfts.mints where copy_id = ${returnedCopy}`;
  await land(
    await chain.signTokenTransfer({
      feePayer: await keys.signer('fee-payer'),
      authority: outsider,
      program: 'token-2022',
      mint: row!.mint,
      toOwner: await peers.wallet.depositAddress(ben.id),
      amount: 1n,
      decimals: 0,
      reference: 'back',
    }),
  );
  await until(async () => (await db`select 1 from nfts.mints where holder_path is null`).length === 1);
  await until(() => peers.wallet.settled([paid]));
  // Too little to be swept: it stays at the deposit address.
  const small = await peers.wallet.fund(ben.id, USDC / 2n);
  await until(() => peers.wallet.settled([small]));
  return { outsideCopy, returnedCopy, paid };
}

/** Waits until everything that is on its way has arrived. */
async function atRest(db: Database): Promise<void> {
  await until(async () => {
    const { inFlight, deposits } = await readCustody(db);
    return inFlight.length === 0 && deposits.every((deposit) => deposit.balance < USDC);
  });
}

/** Nothing sends these any more: they stay on their way. */
async function leaveUnfinished({ exchange: { call }, ann, cat, copies }: Shared) {
  const { address } = await generateKeyPairSigner();
  const leavingCopy = copies[15]!;
  const pending = (await call(cat, 'POST', '/wallet/withdrawals', { amount: '11', address })).id;
  await call(ann, 'POST', `/copies/${leavingCopy}/withdrawals`, { address });
  return { leavingCopy, pending };
}
