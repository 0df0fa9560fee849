import { HOUR, hourOf } from './time.ts';

/** A price at which something was listed, and for how long: Unix milliseconds, null while it still is. */
export interface Span {
  price: bigint;
  from: number;
  until: number | null;
}

/** The floor at the end of an hour; null where nothing was listed. */
export interface HourFloor {
  start: number;
  floor: bigint | null;
}

/**
 * The floor at the end of each hour in which it became another one. A listing counts at the end of an hour when
 * it began before it and ended then or later.
 * @param spans those that were open at `since` or later, in any order
 * @param since the beginning of an hour; null for all hours
 */
export function floorsByHour(spans: Span[], since: number | null): HourFloor[] {
  const changes = spans
    .flatMap(({ price, from, until }) => [
      { at: from, price, begins: true },
      ...(until === null ? [] : [{ at: until, price, begins: false }]),
    ])
    .sort((a, b) => a.at - b.at);
  const open = new Map<bigint, number>();
  const floors: HourFloor[] = [];
  // Of the hour before the first one that is asked for, which is known already.
  let last: bigint | null = null;
  for (let next = 0; next < changes.length; ) {
    const start = hourOf(changes[next]!.at);
    for (; next < changes.length && changes[next]!.at < start + HOUR; next++) {
      const { price, begins } = changes[next]!;
      const count = (open.get(price) ?? 0) + (begins ? 1 : -1);
      if (count === 0) open.delete(price);
      else open.set(price, count);
    }
    const floor = lowest(open);
    if (floor !== last && (since === null || start >= since)) floors.push({ start, floor });
    last = floor;
  }
  return floors;
}

/** The floor of a card from a time on. */
export interface CardFloor extends HourFloor {
  card: string;
}

/**
 * The lowest floor of several cards, from each time on at which it became another one; null where none of them was
 * listed.
 * @param changes of all cards, in the order of time; of one card at one time the last one counts
 */
export function lowestFloors(changes: CardFloor[]): HourFloor[] {
  const current = new Map<string, bigint | null>();
  const floors: HourFloor[] = [];
  for (const [index, { card, start, floor }] of changes.entries()) {
    current.set(card, floor);
    if (changes[index + 1]?.start === start) continue;
    const known = [...current.values()].filter((each) => each !== null);
    const low = known.reduce<bigint | null>(
      (least, each) => (least === null || each < least ? each : least),
      null,
    );
    if (floors.length === 0 || floors.at(-1)!.floor !== low) floors.push({ start, floor: low });
  }
  return floors;
}

function lowest(open: Map<bigint, number>): bigint | null {
  let low: bigint | null = null;
  for (const price of open.keys()) if (low === null || price < low) low = price;
  return low;
}
