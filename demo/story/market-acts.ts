import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { formatMoney, parseMoney, verifyWebhook, type WebhookEvent } from '@ece/sdk';
import { eventually, refusal, type Stage } from './stage.ts';

/** The set and the card of a copy of the story. */
async function cardOf({ operator }: Stage, copyId: string) {
  const { cardId } = await operator.nfts.getCopy({ id: copyId });
  return await operator.nfts.getCard({ id: cardId });
}

/** An offer for whatever card of a set: its money is held, and any owner may take it. */
export async function offerAct(stage: Stage): Promise<void> {
  const { act, say, prove, nova, milo, copies } = stage;
  act('6. An offer on a set');
  const copyId = copies.get('Moss & Partners')!;
  const { setId, setCode } = await cardOf(stage, copyId);
  const before = await milo.ece.wallet.get();
  const offer = await milo.ece.market.createOffer({ setId, amount: '15' });
  say(
    `Milo offers 15 USDC for any card of ${setCode}; the seller would receive ${offer.quote.sellerReceives}`,
  );
  const after = await milo.ece.wallet.get();
  prove('his 15 USDC are held', parseMoney(after.held) - parseMoney(before.held) === parseMoney('15'));
  const { copies: best } = await nova.ece.market.bestOffers({ copyIds: copyId });
  prove('Nova sees it as the best offer for what she holds', best[0]?.best?.offerId === offer.id);
  const purse = parseMoney((await nova.ece.wallet.get()).available);
  const stale = await refusal(nova.ece.market.acceptOffer({ id: offer.id, copyId, amount: '16' }));
  prove('she cannot accept an amount that is not the amount', stale === 'price_changed');
  await nova.ece.market.acceptOffer({ id: offer.id, copyId, amount: '15' });
  const earned = parseMoney((await nova.ece.wallet.get()).available) - purse;
  const { ownerHandle } = await milo.ece.nfts.getCopy({ id: copyId });
  prove(
    `the copy is Milo’s, and Nova has the ${formatMoney(earned)} USDC that she was shown`,
    ownerHandle === milo.handle && earned === parseMoney(offer.quote.sellerReceives),
  );
}

/** A price alert that fires, told by a webhook that proves where it comes from. */
export async function alertAct(stage: Stage): Promise<void> {
  const { act, say, prove, milo, iris, copies } = stage;
  act('7. A price alert, and a signed webhook');
  const copyId = copies.get('Moss & Partners')!;
  const { id: cardId } = await cardOf(stage, copyId);
  const inbox = await openInbox();
  const webhook = await iris.ece.notifications.createWebhook({
    url: inbox.url,
    topics: ['me'],
    types: ['notification.created'],
  });
  await iris.ece.notifications.createPriceAlert({ cardId, direction: 'below', price: '40', on: 'listing' });
  say(`Iris wants to know of a listing at 40 USDC or less, at ${inbox.url}`);
  const listing = await milo.ece.market.createListing({ copyId, price: '45' });
  await milo.ece.market.repriceListing({ id: listing.id, price: '38' });
  say('Milo lists Moss & Partners for 45 USDC and thinks better of it: 38');
  const told = await eventually('the webhook', async () =>
    inbox.messages.find(({ body }) => body.includes('price_alert')),
  );
  const event: WebhookEvent = await verifyWebhook(webhook.secret, told.headers, told.body);
  prove('the alert came by webhook, and its signature is good', event.type === 'notification.created');
  const forged = told.body.replace('38', '3.8');
  const judged = await verifyWebhook(webhook.secret, told.headers, forged).catch(
    (error: Error) => error.name,
  );
  prove(
    'the same message with another price is found out',
    forged !== told.body && judged === 'WebhookError',
  );
  const { items } = await iris.ece.notifications.list({});
  const alerts = items.filter(({ type }) => type.startsWith('price_alert'));
  prove('it is in her notifications, once', alerts.length === 1 && alerts[0]!.data.price === '38');
  await iris.ece.notifications.deleteWebhook({ id: webhook.id });
  inbox.close();
  await milo.ece.market.cancelListing({ id: listing.id });
}

interface Inbox {
  url: string;
  messages: { headers: IncomingHttpHeaders; body: string }[];
  close(): void;
}

/** A server of Iris' own that takes messages. */
async function openInbox(): Promise<Inbox> {
  const messages: Inbox['messages'] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    messages.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
    response.writeHead(204).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/ece`,
    messages,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The operator stops the market of a set for a while; an auction gets back what it lost. */
export async function haltAct(stage: Stage): Promise<void> {
  const { act, say, prove, milo, nova, iris, operator, copies } = stage;
  act('8. A halt and a resumption');
  const copyId = copies.get('Moss & Partners')!;
  const { setCode } = await cardOf(stage, copyId);
  const auction = await milo.ece.auctions.create({
    copyIds: [copyId],
    startingPrice: '5',
    endsAt: new Date(Date.now() + 12_000).toISOString(),
    softClose: { window: 0, extension: 0 },
  });
  await nova.ece.auctions.bid({ id: auction.id, maximum: '20' });
  const halt = await operator.admin.halt({ setCode, reason: 'A rumour about the set is looked into' });
  say(`Nova leads Milo’s auction of Moss & Partners. The operator halts ${setCode}`);
  const late = await refusal(iris.ece.auctions.bid({ id: auction.id, maximum: '50' }));
  const offer = await refusal(iris.ece.market.createOffer({ copyId, amount: '9' }));
  prove('no bid and no offer passes', late === 'trading_halted' && offer === 'trading_halted');
  const { held } = await nova.ece.wallet.get();
  prove('what Nova has bid stays safely held', held === '20');
  await eventually('a pause', async () =>
    Date.now() > Date.parse(auction.endsAt) - 9000 ? true : undefined,
  );
  const resumed = await operator.admin.resume({ setCode, reason: 'It was nothing' });
  const lost = Date.parse(resumed.until!) - Date.parse(halt.at);
  say(`Trading goes on after ${(lost / 1000).toFixed(1)} s`);
  const now = await eventually('the new end', async () => {
    const found = await milo.ece.auctions.get({ id: auction.id });
    return found.endsAt === auction.endsAt ? undefined : found;
  });
  const given = Date.parse(now.endsAt) - Date.parse(auction.endsAt);
  prove('the auction has its lost time back, to the millisecond', given === lost);
  await iris.ece.auctions.bid({ id: auction.id, maximum: '30' });
  const sold = await eventually('the end', async () => {
    const found = await milo.ece.auctions.get({ id: auction.id });
    return found.state === 'sold' ? found : undefined;
  });
  prove(
    'Iris wins it at 20.50, one increment above Nova',
    sold.leaderHandle === iris.handle && sold.price === '20.5',
  );
  const { items: trail } = await operator.admin.audit({ limit: 20 });
  const told = trail.filter(({ action }) => action.startsWith('trading.'));
  prove('the audit trail tells of both acts', told.length >= 2);
}
