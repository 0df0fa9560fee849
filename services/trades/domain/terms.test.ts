import { MAX_AMOUNT } from '@ece/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkReady,
  checkTerms,
  checkWanted,
  type OfferedCopy,
  type PresentCopy,
  staleCopies,
} from './terms.ts';

describe('terms', () => {
  test('both sides give something, and at least one copy is part of it', () => {
    const goods = fc.record({
      copyIds: fc.constantFrom<readonly string[]>([], ['a'], ['a', 'b']),
      cash: fc.constantFrom(0n, 1n, 5_000_000n),
    });
    fc.assert(
      fc.property(goods, goods, (give, receive) => {
        const terms = Object.freeze({ give: Object.freeze(give), receive: Object.freeze(receive) });
        const something = (side: typeof give) => side.copyIds.length > 0 || side.cash > 0n;
        const copies = give.copyIds.length + receive.copyIds.length;
        expect(checkTerms(terms).ok).toBe(something(give) && something(receive) && copies > 0);
      }),
    );
  });

  test('cash has a limit on either side', () => {
    const copy = { copyIds: ['a'], cash: 0n };
    const cash = (amount: bigint) => ({ copyIds: [], cash: amount });
    expect(checkTerms({ give: copy, receive: cash(MAX_AMOUNT) }).ok).toBe(true);
    for (const terms of [
      { give: copy, receive: cash(MAX_AMOUNT + 1n) },
      { give: cash(MAX_AMOUNT + 1n), receive: copy },
    ]) {
      expect(checkTerms(terms)).toMatchObject({ error: { code: 'amount_too_large' } });
    }
  });
});

const present = (over: Partial<PresentCopy> = {}): PresentCopy =>
  Object.freeze({ id: 'x', ownerId: 'ben', epoch: 2n, commitment: null, ...over });
const table = (...copies: PresentCopy[]) => new Map(copies.map((copy) => [copy.id, copy]));

describe('copies', () => {
  test('asked for must be the other side’s now', () => {
    expect(checkWanted(['x'], table(present()), 'ben', 'outside').ok).toBe(true);
    expect(checkWanted(['x'], table(), 'ben', 'outside')).toMatchObject({ error: { code: 'not_found' } });
    expect(checkWanted(['x'], table(present({ ownerId: 'outside' })), 'ben', 'outside')).toMatchObject({
      error: { code: 'copy_away' },
    });
    expect(checkWanted(['x'], table(present({ ownerId: 'eve' })), 'ben', 'outside')).toMatchObject({
      error: { code: 'copy_not_owned', data: { copyId: 'x' } },
    });
  });

  test('are ready exactly when none has moved, those given are bound to the offer, those asked for are free', () => {
    const commitments = fc.constantFrom(null, { id: 'offer' }, { id: 'other' });
    const one = fc.record({
      side: fc.constantFrom<OfferedCopy['side']>('give', 'receive'),
      epoch: fc.constantFrom(1n, 2n),
      commitment: commitments,
    });
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 4 }), (list) => {
        const offered = list.map(({ side, epoch }, i) => Object.freeze({ copyId: `c${i}`, side, epoch }));
        const copies = table(...list.map(({ commitment }, i) => present({ id: `c${i}`, commitment })));
        const result = checkReady('offer', Object.freeze(offered), copies);
        const moved = list.some((copy) => copy.epoch !== 2n);
        const bound = list.every(
          ({ side, commitment }) => (commitment?.id ?? null) === (side === 'give' ? 'offer' : null),
        );
        const code = result.ok ? 'ready' : result.error.code;
        expect(code).toBe(moved ? 'copy_stale' : bound ? 'ready' : 'copy_committed');
        expect(staleCopies(offered, copies).length > 0).toBe(moved);
      }),
    );
  });
});
