import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ConnectionParts, type Database, openDatabase } from '@ece/platform/db/database';
import { toPage } from '@ece/platform/db/page';

/*
 * The reference of lists that are made anew for each call: node:http that asks the database for a page in one
 * statement, joined from every table that the answer shows, and writes it as JSON. It knows two lists, asks nobody
 * who they are, checks nothing, and keeps no log.
 */
const LIMIT = 50;
const { database, cardId, viewerId, publicUrl } = JSON.parse(process.argv[2]!) as {
  database: ConnectionParts;
  cardId: string;
  viewerId: string;
  publicUrl: string;
};
const db: Database = openDatabase(database, { max: 10, name: 'bench reference' });

async function copies() {
  const rows = await db`
    select c.id, c.card_id, c.serial, c.epoch::int, c.commitment_kind, c.commitment_id, u.handle,
      m.mint, m.metadata_uri, m.transaction
    from vault.copies c left join nfts.mints m on m.copy_id = c.id and m.state = 'final'
      left join users.users u on u.id = c.owner_id
    where c.card_id = ${cardId} order by c.id limit ${LIMIT + 1}`;
  return toPage(
    rows,
    LIMIT,
    (row) => [row.id],
    (row) => ({
      id: row.id,
      cardId: row.card_id,
      serial: row.serial,
      ownerHandle: row.handle,
      epoch: row.epoch,
      commitment: row.commitment_kind ? { kind: row.commitment_kind, id: row.commitment_id } : null,
      mint: row.mint,
      metadataUri: row.metadata_uri,
      mintTransaction: row.transaction,
    }),
  );
}

/** Open auctions by their end; the price is one step of 0.25 below the least next bid, as in the filling. */
async function auctions() {
  const rows = await db`
    select a.*, trim_scale(a.starting_price / 1e6)::text as starting, trim_scale(a.price / 1e6)::text as at_price,
      trim_scale((a.price + 250000) / 1e6)::text as next, s.handle as seller, l.handle as leader,
      (select sequence::int from platform.topics where topic = 'auction:' || a.id) as sequence,
      (select trim_scale(max(maximum) / 1e6)::text from auctions.bids
        where auction_id = a.id and bidder_id = ${viewerId}) as mine, clock_timestamp() as now,
      i.copy_id, i.card_id, c.serial, k.edition_size, k.name, k.rarity, k.artwork_cid, e.code
    from (select * from auctions.auctions where state = 'open' order by ends_at, id limit ${LIMIT + 1}) a
      join auctions.items i on i.auction_id = a.id join vault.copies c on c.id = i.copy_id
      join nfts.cards k on k.id = i.card_id join nfts.sets e on e.id = k.set_id
      join users.users s on s.id = a.seller_id left join users.users l on l.id = a.leader_id
    order by a.ends_at, a.id`;
  return toPage(
    rows,
    LIMIT,
    (row) => [row.ends_at.toISOString(), row.id],
    (row) => ({
      id: row.id,
      lot: [
        {
          id: row.copy_id,
          cardId: row.card_id,
          serial: row.serial,
          editionSize: row.edition_size,
          name: row.name,
          setCode: row.code,
          rarity: row.rarity,
          artworkUrl: `${publicUrl}/content/${row.artwork_cid}`,
        },
      ],
      sellerHandle: row.seller,
      state: row.state,
      startingPrice: row.starting,
      price: row.at_price,
      leaderHandle: row.leader,
      minimumNext: row.next,
      reserve: 'none',
      buyNowPrice: null,
      bidCount: row.bid_count,
      startsAt: row.starts_at.toISOString(),
      endsAt: row.ends_at.toISOString(),
      softClose: { window: row.soft_window, extension: row.soft_extension },
      feeBasisPoints: row.fee_basis_points,
      sequence: row.sequence,
      serverTime: row.now.toISOString(),
      myMaximum: row.mine,
    }),
  );
}

const lists: Record<string, () => Promise<object>> = { '/copies': copies, '/auctions': auctions };

const server = createServer((request: IncomingMessage, response) => {
  void lists[request.url!]!().then((page) => {
    const text = JSON.stringify(page);
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
      .end(text);
  });
});
server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }));
process.once('disconnect', () => process.exit(0));
