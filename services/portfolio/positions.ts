import { decodeCursor } from '@ece/platform/db/page';
import type { GainPosition, HoldingPosition } from './holdings-store.ts';

// A cursor that is not one of ours counts as the beginning of the list.

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const KEY = /^-?[0-9]{1,19}$/;
const EPOCH = /^[0-9]{1,18}$/;
const LATEST = Date.UTC(10_000, 0);
const LARGEST = 2n ** 63n - 1n;

export function afterHolding(cursor: string | undefined): HoldingPosition | undefined {
  const values = decodeCursor(cursor, 2);
  const [key, copyId] = [String(values?.[0]), String(values?.[1])];
  if (!KEY.test(key) || !ID.test(copyId)) return undefined;
  const number = BigInt(key);
  return number >= -LARGEST && number <= LARGEST ? { key: number, copyId } : undefined;
}

export function beforeGain(cursor: string | undefined): GainPosition | undefined {
  const values = decodeCursor(cursor, 3);
  const [at, copyId, epoch] = [Number(values?.[0]), String(values?.[1]), String(values?.[2])];
  if (!(at >= 0 && at < LATEST) || !ID.test(copyId) || !EPOCH.test(epoch)) return undefined;
  return { heldTo: new Date(at), copyId, epoch: BigInt(epoch) };
}

export function afterNumber(cursor: string | undefined): number {
  const number = Number(decodeCursor(cursor, 1)?.[0]);
  return Number.isInteger(number) && number >= 0 && number < 2 ** 31 ? number : 0;
}

export function afterId(cursor: string | undefined): string | undefined {
  const id = String(decodeCursor(cursor, 1)?.[0]);
  return ID.test(id) ? id : undefined;
}
