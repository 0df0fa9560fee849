import type { OrderedEvent } from '@ece/platform/outbox/reader';
import type { Redis } from '@ece/platform/redis/redis';
import { type Page, toPage } from './page-cache.ts';

/** Hot pages that gateways leave for each other, under the last event that their maker had seen. */
export interface SharedPages {
  /** Something has happened that anybody may see. */
  learn(events: readonly OrderedEvent[]): void;
  /** Where pages that are begun now are kept; undefined until something has happened. */
  readonly place: string | undefined;
  keep(place: string, address: string, page: Page, type: string): void;
  /** A page of that place, and for how many milliseconds it still counts. */
  recall(place: string, address: string): Promise<{ page: Page; endsInMs: number } | undefined>;
}

/**
 * Shares pages by Redis. Events have one order, and each gateway reads all of them in it. So two gateways whose last
 * public event is the same have seen the same, and one may send what the other has made: it is no older than what it
 * would send of its own. Emptied, killed or slow, Redis costs the making of a page.
 */
export function sharePages(redis: Redis, maxAgeMs: number): SharedPages {
  let last: { xid: bigint; id: bigint } | undefined;
  const key = (place: string, address: string) => `ece:page:${place}:${address}`;
  return {
    learn(events) {
      for (const event of events) {
        const xid = BigInt(event.xid);
        if (!last || xid > last.xid || (xid === last.xid && event.id > last.id)) last = { xid, id: event.id };
      }
    },
    get place() {
      return last && `${last.xid}:${last.id}`;
    },
    keep(place, address, page, type) {
      redis.keep(key(place, address), `${type}\n${page.body.toString('utf8')}`, maxAgeMs);
    },
    async recall(place, address) {
      const kept = await redis.recall(key(place, address));
      const end = kept?.text.indexOf('\n') ?? -1;
      if (!kept || end < 0) return undefined;
      const page = toPage(Buffer.from(kept.text.slice(end + 1), 'utf8'), kept.text.slice(0, end));
      return { page, endsInMs: kept.endsInMs };
    },
  };
}
