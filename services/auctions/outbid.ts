import { formatMoney } from '@ece/contract';
import type { Tx } from '@ece/platform/db/database';
import type { Relation } from '@ece/platform/invariants';
import type { Job } from '@ece/platform/jobs/runner';
import { publish } from '@ece/platform/outbox/publish';
import { consumeInSql } from '@ece/platform/outbox/reader';
import type { AuctionsContext } from './api.ts';

/** The name of the consumer that tells people that they were outbid. */
export const CONSUMER = 'auctions.outbid';

/** Milliseconds from one time to the next while bids come without a pause, and bids looked at together. */
const EVERY_MS = 500;
const EVENTS = 5000;

/** A job that tells people that they were outbid, and what wakes it after bids. */
export interface OutbidTeller {
  job: Job;
  wake(): void;
}

/**
 * Makes the job that tells people that they do not lead any more. It begins as soon as bids are committed; while
 * more of them come, people who bid against each other hear of it twice a second at the most, and not at all
 * of a lead that they have won back meanwhile. The bids' own transactions do none of it: they would have to lock
 * and write the topic of everybody who was outbid.
 */
export function outbidTeller(context: AuctionsContext): OutbidTeller {
  let wakeJob = () => {};
  let lastRun = Number.NEGATIVE_INFINITY;
  return {
    job: {
      name: 'auctions.outbid',
      everyMs: EVERY_MS,
      async run() {
        lastRun = performance.now();
        return await tellOutbid(context);
      },
      started(wake) {
        wakeJob = wake;
      },
    },
    wake() {
      if (performance.now() - lastRun >= EVERY_MS) wakeJob();
    },
  };
}

/**
 * Tells those who were outbid by the next bids, in one transaction with the consumer's position: each auction's
 * people once, with its present price.
 * @returns true when there may be more
 */
async function tellOutbid({ db, hint }: AuctionsContext): Promise<boolean> {
  let told = 0;
  const more = await consumeInSql(
    db,
    CONSUMER,
    async (tx, events) => {
      const outbid = await findOutbid(tx, events);
      told = outbid.length;
      await publish(
        tx,
        outbid.map(({ auctionId, bidderId, price }) => ({
          topic: `user:${bidderId}`,
          type: 'bid.outbid',
          data: { auctionId, price: formatMoney(price) },
        })),
      );
    },
    { types: ['auction.bid'], limit: EVENTS },
  );
  if (told > 0) hint();
  return more;
}

interface Outbid {
  auctionId: string;
  bidderId: string;
  price: bigint;
}

/** Who led before one of the bids, not after it, and does not lead now. */
async function findOutbid(tx: Tx, events: Relation): Promise<Outbid[]> {
  return await tx<Outbid[]>`
    with told as (
      select (data->>'auctionId')::uuid as auction_id, (data->>'bidCount')::int as number from (${events}) e
    ), beaten as (
      select distinct told.auction_id, earlier.leader_id as bidder_id
      from told join auctions.bids b using (auction_id, number)
      join auctions.bids earlier on earlier.auction_id = told.auction_id and earlier.number = told.number - 1
      where earlier.leader_id <> b.leader_id
    )
    select a.id as "auctionId", b.bidder_id as "bidderId", a.price
    from beaten b join auctions.auctions a on a.id = b.auction_id
    where b.bidder_id <> a.leader_id order by a.id, b.bidder_id`;
}
