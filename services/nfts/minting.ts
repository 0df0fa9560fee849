import { ok, type Result, refuse } from '@ece/contract';
import { audit, type Origin, SYSTEM } from '@ece/platform/audit/audit';
import { eachOf } from '@ece/platform/chain/each-of';
import { atomically, type Tx } from '@ece/platform/db/database';
import { newId } from '@ece/platform/ids/index';
import { publish } from '@ece/platform/outbox/publish';
import { createCopies, finishMint, lockCopies, movedEvents, passPrivileged } from '@ece/vault';
import type { NftsContext } from './api.ts';
import { contentUrl, copyMetadata, copyName, groupName, setMetadata } from './domain/metadata.ts';
import { KEYS } from './key-paths.ts';
import * as store from './mint-store.ts';
import { GROUP, MINT } from './purposes.ts';
import { type CardRow, readCards, readSets } from './store.ts';

/** Room in a set's group: more than any set has copies. */
export const GROUP_SIZE = 1_000_000_000_000n;
const BATCH = 256;
const WRITES = 16;

export interface MintInput {
  cardId: string;
  quantity: number;
  ownerId: string;
  /** Who mints; the exchange itself where absent. */
  by?: Origin;
}

/**
 * A request's name with the sender. The first attempt has the thing's own id; a later one, made only when
 * the one before is known never to take effect, has its number too.
 */
export function referenceOf(id: string, attempt: number): string {
  return attempt === 1 ? id : `${id}:${attempt}`;
}

function idOf(reference: string): string {
  return reference.split(':')[0]!;
}

/**
 * Makes the next copies of a card, bound to their mint until it is final, and asks for what must be on chain.
 * The card's row orders rivals, so an edition is never exceeded.
 * @returns the copies' ids, by serial
 */
export async function mintCopies(tx: Tx, input: MintInput): Promise<Result<string[]>> {
  const { cardId, quantity, ownerId, by = SYSTEM } = input;
  const passed = await passPrivileged(tx, by);
  if (!passed.ok) return passed;
  const serials = await store.takeSerials(tx, cardId, quantity);
  if (!serials) return refuse('not_found', 'There is no such card.');
  if (quantity > serials.left) {
    return refuse('edition_exhausted', `${serials.left} copies are left to mint.`, { left: serials.left });
  }
  const copies = Array.from({ length: quantity }, (_, index) => ({
    id: newId(),
    cardId,
    serial: serials.first + index,
  }));
  // Sent together, done in this order.
  await Promise.all([
    store.wantGroup(tx, serials.setId),
    createCopies(tx, newId(), ownerId, copies),
    store.insertMints(tx, cardId, copies),
  ]);
  const data = { quantity, firstSerial: serials.first, ownerId };
  await audit(tx, by, { action: 'copies.mint', subject: `card ${cardId}`, data });
  await publish(
    tx,
    movedEvents(
      'mint',
      copies.map((copy) => ({ copyId: copy.id, cardId, epoch: 0n, fromId: null, toId: ownerId })),
    ),
  );
  return ok(copies.map((copy) => copy.id));
}

async function keep({ content }: NftsContext, text: string): Promise<string> {
  return (await content.put(Buffer.from(text))).cid;
}

/** Writes the metadata of wanted groups and requests them. */
async function prepareGroups(context: NftsContext): Promise<void> {
  const { db, keys, publicUrl, sender } = context;
  for (const set of await readSets(db, await store.setsWantingGroups(db))) {
    const uri = contentUrl(publicUrl, await keep(context, setMetadata(publicUrl, set)));
    const { address } = await keys.signer(KEYS.group(set.id));
    await atomically(db, async (tx) => {
      if (await store.prepareGroup(tx, set.id, address, uri)) await sender.request(tx, GROUP, [set.id]);
    });
    sender.wake();
  }
}

/**
 * Writes the metadata of wanted copies and requests their mints; those whose set has no group yet wait.
 * Address and metadata are stored before anything is signed, so every attempt is the same NFT.
 * @returns true when there may be more
 */
async function prepareMints(context: NftsContext): Promise<boolean> {
  const { db, keys, publicUrl, sender } = context;
  const wanted = await store.mintsToPrepare(db, BATCH);
  if (wanted.length === 0) return false;
  const cards = await readCards(db, [...new Set(wanted.map((mint) => mint.cardId))]);
  const cardOf = new Map<string, CardRow>(cards.map((card) => [card.id, card]));
  const prepared: { copyId: string; mint: string; metadataUri: string }[] = [];
  await eachOf(wanted, WRITES, async ({ copyId, cardId, serial }) => {
    const cid = await keep(context, copyMetadata(publicUrl, copyId, cardOf.get(cardId)!, serial));
    const { address } = await keys.signer(KEYS.mint(copyId));
    prepared.push({ copyId, mint: address, metadataUri: contentUrl(publicUrl, cid) });
  });
  await atomically(db, async (tx) => {
    const copyIds = await store.prepareMints(tx, prepared);
    await sender.request(tx, MINT, copyIds);
  });
  sender.wake();
  return wanted.length === BATCH;
}

/** Prepares what is wanted; true when there is more. */
export async function prepare(context: NftsContext): Promise<boolean> {
  await prepareGroups(context);
  return prepareMints(context);
}

/** Registers how groups and NFTs are made and what happens when they are there. */
export function registerMinting(context: NftsContext): void {
  const { chain, db, keys, log, sender } = context;
  const signers = async () => {
    const [feePayer, authority] = await Promise.all([
      keys.signer(KEYS.feePayer),
      keys.signer(KEYS.authority),
    ]);
    return { feePayer, authority };
  };

  sender.register({
    name: GROUP,
    async build(reference) {
      const [set] = await readSets(db, [idOf(reference)]);
      const { feePayer, authority } = await signers();
      const mint = await keys.signer(KEYS.group(set!.id));
      const metadata = { name: groupName(set!.name), symbol: set!.code, uri: set!.groupUri! };
      return chain.signGroupCreation({ feePayer, authority, mint, ...metadata, maxSize: GROUP_SIZE });
    },
    onFinal: (tx, { reference, signature }) => store.finishGroup(tx, idOf(reference), signature),
    async onFailed(tx, { reference, reason }) {
      log.error({ setId: idOf(reference), reason }, 'the group of a set was not made');
      await store.failGroup(tx, idOf(reference));
    },
  });

  /** Signs the mint of each copy; all of them share the signers of the exchange and of their sets. */
  async function buildMints(references: string[]) {
    const orders = await store.readMintOrders(db, references.map(idOf));
    const [{ feePayer, authority }, custody] = await Promise.all([signers(), keys.signer(KEYS.custody)]);
    return await Promise.all(
      references.map(async (reference) => {
        const copyId = idOf(reference);
        const order = orders.get(copyId);
        if (!order) throw new Error(`the mint of copy ${copyId} was requested before it was prepared`);
        const [mint, group] = await Promise.all([
          keys.signer(KEYS.mint(copyId)),
          keys.signer(KEYS.group(order.setId)),
        ]);
        return await chain.signNftMint({
          feePayer,
          authority,
          mint,
          owner: custody.address,
          name: copyName(order.cardName, order.serial),
          symbol: order.setCode,
          uri: order.metadataUri,
          group: { mint: group.address, updateAuthority: authority },
        });
      }),
    );
  }

  sender.register({
    name: MINT,
    build: async (reference) => (await buildMints([reference]))[0]!,
    buildMany: buildMints,
    onFinal: (tx, done) => completeMints(tx, [{ copyId: idOf(done.reference), ...done }]),
    onFinalMany: (tx, done) =>
      completeMints(
        tx,
        done.map((each) => ({ copyId: idOf(each.reference), ...each })),
      ),
    async onFailed(tx, { reference, reason }) {
      log.error({ copyId: idOf(reference), reason }, 'a copy was not minted');
      await store.failMint(tx, idOf(reference), reason);
    },
  });
}

/** Frees copies whose mints are final and tells their owners; does nothing where that was done before. */
export async function completeMints(tx: Tx, done: { copyId: string; signature: string }[]): Promise<void> {
  const ids = done.map((each) => each.copyId);
  // Sent together, done in this order.
  const [copies, minted] = await Promise.all([
    lockCopies(tx, ids),
    store.finishMints(tx, done),
    finishMint(tx, ids),
  ]);
  await publish(
    tx,
    minted.map(({ copyId, mint }) => ({
      topic: `user:${copies.get(copyId)!.ownerId}`,
      type: 'copy.minted',
      data: { copyId, mint },
    })),
  );
}
