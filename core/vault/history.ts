import { copyRows } from '@ece/platform/db/copy';
import type { Tx } from '@ece/platform/db/database';
import { newId } from '@ece/platform/ids/index';
import { FEES, lockAccounts } from './accounts.ts';
import { lockCopies, type NewCopy } from './copies.ts';
import { splitPrice } from './fees.ts';
import type { Venue } from './sales.ts';

/*
 * Histories that are brought in: what happened before the exchange knew of it, booked as it would have been,
 * in bulk. Nothing of it is told in events.
 */

/** A copy whose mint is over. */
export interface PastCopy extends NewCopy {
  ownerId: string;
}

/** Makes copies that were minted before: free, each with its owner, one transaction for each card. */
export async function importCopies(tx: Tx, copies: PastCopy[], at: Date): Promise<void> {
  const mints = new Map<string, string>(copies.map((copy) => [copy.cardId, newId()]));
  await copyRows(
    tx,
    'vault.transactions',
    ['id', 'kind', 'reference', 'at'],
    [...mints.values()].map((id) => [id, 'mint', newId(), at]),
  );
  await copyRows(
    tx,
    'vault.copies',
    ['id', 'card_id', 'serial', 'owner_id'],
    copies.map((copy) => [copy.id, copy.cardId, copy.serial, copy.ownerId]),
  );
  await copyRows(
    tx,
    'vault.moves',
    ['copy_id', 'epoch', 'to_id', 'transaction_id'],
    copies.map((copy) => [copy.id, 0, copy.ownerId, mints.get(copy.cardId)!]),
  );
}

/** A sale of one copy that happened before. The price is in micro-USDC. */
export interface PastSettlement {
  venue: Venue;
  /** The listing, auction or offer. */
  reference: string;
  copyId: string;
  sellerId: string;
  buyerId: string;
  price: bigint;
  feeBasisPoints: number;
  royaltyBasisPoints: number;
  royaltyAccountId: string;
  at: Date;
}

/** What a past sale was of. */
export interface SettledPast {
  cardId: string;
  /** The epoch in which the seller had the copy. */
  epoch: bigint;
}

/** The tables that `settlePast` adds rows to, for those who fill them with millions. */
export const SETTLED_PAST_TABLES = ['vault.transactions', 'vault.postings', 'vault.moves', 'vault.sales'];

interface Booked extends SettledPast {
  sale: PastSettlement;
  transactionId: string;
  fee: bigint;
  royalty: bigint;
  postings: { accountId: string; amount: bigint; balance: bigint }[];
}

/**
 * Settles past sales in the order given; a copy and an account may occur any number of times. Money,
 * ownership, fee and royalty are booked as `settle` does it, dated as they were.
 * @returns what each sale was of, in their order
 * @throws when a seller did not have the copy free then, or a buyer did not have the money
 */
export async function settlePast(tx: Tx, sales: PastSettlement[]): Promise<SettledPast[]> {
  const copies = await lockCopies(
    tx,
    sales.map((sale) => sale.copyId),
  );
  const people = sales.flatMap((sale) => [sale.sellerId, sale.buyerId, sale.royaltyAccountId]);
  const balances = await lockAccounts(tx, [FEES, ...people]);
  const before = new Map([...balances].map(([id, { available }]) => [id, available]));

  const booked = sales.map((sale): Booked => {
    const copy = copies.get(sale.copyId);
    if (copy?.ownerId !== sale.sellerId || copy.commitment)
      throw new Error(`copy ${sale.copyId} was not its seller’s to sell`);
    const { fee, royalty, sellerReceives } = splitPrice(
      sale.price,
      sale.feeBasisPoints,
      sale.royaltyBasisPoints,
    );
    const amounts = new Map<string, bigint>();
    const add = (id: string, amount: bigint) => amounts.set(id, (amounts.get(id) ?? 0n) + amount);
    add(sale.buyerId, -sale.price);
    add(sale.sellerId, sellerReceives);
    add(FEES, fee);
    add(sale.royaltyAccountId, royalty);
    const postings: Booked['postings'] = [];
    for (const [accountId, amount] of amounts) {
      if (amount === 0n) continue;
      const balance = balances.get(accountId);
      if (!balance) throw new Error('a sale names an account that does not exist');
      balance.available += amount;
      if (balance.available < 0n) throw new Error('a buyer did not have the money');
      postings.push({ accountId, amount, balance: balance.available + balance.held });
    }
    const { cardId, epoch } = copy;
    copy.ownerId = sale.buyerId;
    copy.epoch += 1n;
    return { sale, transactionId: newId(), cardId, epoch, fee, royalty, postings };
  });

  await writeBooked(tx, booked);
  const owners = [...copies.values()];
  const changed = [...balances].filter(([id, { available }]) => available !== before.get(id));
  await tx`
    update vault.copies c set owner_id = n.owner_id, epoch = n.epoch
    from unnest(${owners.map((c) => c.id)}::uuid[], ${owners.map((c) => c.ownerId)}::uuid[],
      ${owners.map((c) => c.epoch.toString())}::bigint[]) as n(id, owner_id, epoch)
    where c.id = n.id`;
  await tx`
    update vault.accounts a set available = n.available
    from unnest(${changed.map(([id]) => id)}::uuid[],
      ${changed.map(([, { available }]) => available.toString())}::bigint[]) as n(id, available)
    where a.id = n.id`;
  return booked;
}

async function writeBooked(tx: Tx, booked: Booked[]): Promise<void> {
  await copyRows(
    tx,
    'vault.transactions',
    ['id', 'kind', 'reference', 'at'],
    booked.map(({ sale, transactionId }) => [transactionId, 'sale', sale.reference, sale.at]),
  );
  await copyRows(
    tx,
    'vault.postings',
    ['transaction_id', 'account_id', 'amount', 'balance'],
    booked.flatMap(({ transactionId, postings }) =>
      postings.map(({ accountId, amount, balance }) => [transactionId, accountId, amount, balance]),
    ),
  );
  await copyRows(
    tx,
    'vault.moves',
    ['copy_id', 'epoch', 'from_id', 'to_id', 'transaction_id'],
    booked.map(({ sale, transactionId, epoch }) => [
      sale.copyId,
      epoch + 1n,
      sale.sellerId,
      sale.buyerId,
      transactionId,
    ]),
  );
  await copyRows(tx, 'vault.sales', SALE_COLUMNS, booked.map(saleRow));
}

const SALE_COLUMNS = [
  'id',
  'transaction_id',
  'copy_id',
  'card_id',
  'epoch',
  'seller_id',
  'buyer_id',
  'price',
  'fee',
  'royalty',
  'venue',
  'reference',
  'at',
];

function saleRow({ sale, transactionId, cardId, epoch, fee, royalty }: Booked) {
  const { copyId, sellerId, buyerId, price, venue, reference, at } = sale;
  return [
    ...[newId(), transactionId, copyId, cardId, epoch + 1n, sellerId, buyerId, price],
    ...[fee, royalty, venue, reference, at],
  ];
}
