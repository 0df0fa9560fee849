import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AccountState } from './account.ts';
import { RecentVersions } from './versions.ts';

const address = (index: number) => new Uint8Array(32).fill(index);
const state = (lamports: number): AccountState | null =>
  lamports === 0
    ? null
    : { lamports: BigInt(lamports), data: new Uint8Array(), owner: address(0), executable: false };

test('a read at an earlier slot gives what a full history would give', () => {
  const change = fc.record({ account: fc.nat(2), lamports: fc.nat(3), slots: fc.nat(2) });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 30 }), fc.nat(4), (changes, lag) => {
      const versions = new RecentVersions();
      const current = [0, 0, 0];
      const history: number[][] = [];
      let slot = 0;
      const tick = () => {
        history[slot] = [...current];
        slot += 1;
        versions.prune(slot - lag);
      };
      for (const { account, lamports, slots } of changes) {
        for (let each = 0; each < slots; each += 1) tick();
        versions.record({ slot, address: address(account), before: state(current[account] ?? 0) });
        current[account] = lamports;
      }
      history[slot] = [...current];
      for (let read = Math.max(0, slot - lag); read <= slot; read += 1) {
        for (const account of [0, 1, 2]) {
          const found = versions.at(address(account), read);
          const expected = state(history[read]?.[account] ?? 0);
          expect(found === undefined ? state(current[account] ?? 0) : found).toEqual(expected);
        }
      }
    }),
  );
});
