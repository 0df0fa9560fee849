import { randomUUID } from 'node:crypto';
import { eventually, type Person, type World } from '../support/world.ts';
import type { Known } from './hostile.ts';

/** Somebody who calls; `undefined` for nobody who is signed in. */
export type Caller = Person | undefined;

/** Who calls, what there is, and what must stay with those who never call. */
export interface Cast {
  callers: Caller[];
  /** Who puts right what callers do to the exchange. */
  admin: Person;
  staff: Set<Caller>;
  known: Known;
  /** Private things of people who never call: words that no answer to anybody may hold, and what they are. */
  secrets: Map<string, string>;
  /** Ids of private objects of people who never call: no call that names one may be carried out. */
  foreign: Set<string>;
  /** Reads what those people have; it must be the same at the end. */
  belongings(): Promise<string>;
}

const OUTSIDE = '9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM';
/** An amount that only a secret bid has. */
const SECRET_MAXIMUM = '777.123457';

/** Makes two collectors, a moderator and an admin who call, and two victims who do not. */
export async function makeCast(world: World): Promise<Cast> {
  const [ada, ben, moderator, admin, cleo, dora] = await Promise.all([
    world.person('fuzz_ada'),
    world.person('fuzz_ben'),
    world.person('fuzz_moderator', 'moderator'),
    world.person('fuzz_admin', 'admin'),
    world.person('fuzz_cleo'),
    world.person('fuzz_dora'),
  ]);
  await world.fund([ada, ben, cleo, dora], '5000');
  const set = await admin.ece.nfts.createSet({ code: 'FUZZ', name: 'Fuzz' });
  const card = await admin.ece.nfts.createCard({
    setId: set.id,
    number: 1,
    name: 'Door',
    rarity: 'rare',
    category: 'Doors',
    editionSize: 2000,
    artwork: ART.toString('base64'),
  });
  const minted = [];
  for (const [{ handle }, quantity] of [
    [ada, 40],
    [ben, 40],
    [cleo, 4],
    [dora, 4],
  ] as const) {
    minted.push(await admin.ece.nfts.mint({ id: card.id, quantity, ownerHandle: handle }));
  }
  await eventually(async () => (await world.exchange.peers.nfts.mintProgress()).pending === 0);
  const [adas, bens, cleos, doras] = minted.map((answer) => answer.copies.map((copy) => copy.id));
  const listing = await ada.ece.market.createListing({ copyId: adas![0]!, price: '5' });
  const offer = await ben.ece.market.createOffer({ copyId: adas![3]!, amount: '5' });
  const auction = await ada.ece.auctions.create({
    copyIds: [adas![1]!],
    startingPrice: '1',
    endsAt: new Date(Date.now() + 86_400_000).toISOString(),
  });
  await cleo.ece.auctions.bid({ id: auction.id, maximum: SECRET_MAXIMUM });
  const trade = await ben.ece.trades.create({
    toHandle: ada.handle,
    give: { copyIds: [bens![0]!] },
    receive: { copyIds: [adas![2]!] },
  });
  const message = `between us ${randomUUID()}`;
  const secretTrade = await cleo.ece.trades.create({
    toHandle: dora.handle,
    give: { copyIds: [cleos![0]!], cash: '3' },
    receive: { copyIds: [doras![0]!] },
    message,
  });
  const transfer = await cleo.ece.wallet.withdraw({ amount: '10', address: OUTSIDE });
  const withdrawal = await cleo.ece.nfts.withdrawCopy({ id: cleos![1]!, address: OUTSIDE });
  await eventually(async () => {
    const sent = await cleo.ece.wallet.transfer({ id: transfer.id });
    const gone = await cleo.ece.nfts.getCopyWithdrawal({ id: withdrawal.id });
    return sent.state === 'final' && gone.state === 'final';
  });
  return {
    admin,
    callers: [undefined, ada, ada, ben, ben, moderator, admin],
    staff: new Set([moderator, admin]),
    known: {
      ids: new Map([
        ['sets', [set.id]],
        ['cards', [card.id]],
        ['copies', [...adas!, ...bens!, ...doras!.slice(1)]],
        ['listings', [listing.id]],
        ['offers', [offer.id]],
        ['auctions', [auction.id]],
        ['trade-offers', [trade.id, secretTrade.id]],
        ['transfers', [transfer.id]],
        ['withdrawals', [withdrawal.id]],
        ['users', [randomUUID()]],
      ]),
      handles: [ada.handle, ben.handle, cleo.handle, 'nobody_here'],
    },
    secrets: new Map([
      [`${cleo.handle}@test`, 'an e-mail address'],
      [`${dora.handle}@test`, 'an e-mail address'],
      [message, 'the message of a trade offer'],
      [SECRET_MAXIMUM, 'the maximum of a bid'],
      [cleo.depositAddress, 'a deposit address'],
      [transfer.id, 'the id of a transfer'],
    ]),
    foreign: new Set([secretTrade.id, transfer.id, withdrawal.id]),
    async belongings() {
      const of = async ({ ece }: Person) => {
        const { available, held } = await ece.wallet.get();
        const { items: entries } = await ece.wallet.entries({ limit: 100 });
        // Others may offer them a trade and take that back; what they have is the one between the two of them.
        const { state: trade } = await ece.trades.get({ id: secretTrade.id });
        return {
          money: (Number(available) + Number(held)).toFixed(6),
          entries: entries.length,
          profile: await ece.users.me(),
          trade,
        };
      };
      return JSON.stringify([await of(cleo), await of(dora)]);
    },
  };
}

const ART = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 5 7"><path d="M0 0h5v7H0z"/></svg>',
);
