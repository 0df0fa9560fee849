import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normaliseEmail } from './email.ts';
import { deriveHandle, handleCandidates, isReserved } from './handle.ts';

/** As in the contract. */
const HANDLE = /^[a-z0-9](?:[a-z0-9_]{1,28})[a-z0-9]$/;
const email = fc
  .tuple(fc.string({ unit: 'binary', maxLength: 80 }), fc.domain())
  .map(([a, b]) => `${a}@${b}`);

describe('handles from e-mail addresses', () => {
  test.each([
    ['marta.lind@example.org', 'marta_lind'],
    ['Marta+cards@example.org', 'marta'],
    ['zoë.müller@example.org', 'zoe_muller'],
    ['--x--yz--@example.org', 'x_yz'],
    ['a_very_long_local_part_that_goes_on@example.org', 'a_very_long_local_part_t'],
    ['al@example.org', 'collector'],
    ['admin@example.org', 'collector'],
    ['sup_port@example.org', 'collector'],
    ['李@example.org', 'collector'],
  ])('%s gives %s', (address, handle) => {
    expect(deriveHandle(address)).toBe(handle);
  });

  test('every candidate is a valid handle, none is reserved, all differ', () => {
    fc.assert(
      fc.property(email, fc.uuid({ version: 7 }), (address, id) => {
        const candidates = handleCandidates(address, id);
        expect(candidates[0]).toBe(deriveHandle(address));
        expect(candidates.length).toBeGreaterThan(9);
        for (const handle of candidates) {
          expect(handle).toMatch(HANDLE);
          expect(isReserved(handle)).toBe(false);
        }
        // Pieces of an id can agree with each other, but never with the numbered ones.
        expect(new Set(candidates.slice(0, 9)).size).toBe(9);
      }),
    );
  });

  test('two people with the same local part have different candidates to end with', () => {
    const ends = (id: string) => handleCandidates('kim@example.org', id).slice(-3);
    const one = ends('01937f6e-0000-7000-8000-abcdefabcdef');
    expect(one).toEqual(['kim_bcdef', 'kim_cdefa', 'kim_000ab']);
    expect(ends('01937f6e-0000-7000-8000-123456789abc')).not.toEqual(one);
  });

  test('reserved whatever the underscores', () => {
    for (const handle of [
      'admin',
      'ece',
      'e_c_e',
      'sys_tem',
      'support',
      'api',
      'me',
      'eliteCardExchange'.toLowerCase(),
    ]) {
      expect(isReserved(handle), handle).toBe(true);
    }
    expect(isReserved('marta')).toBe(false);
  });
});

describe('e-mail addresses', () => {
  test('normalising twice is normalising once, and case makes no difference', () => {
    fc.assert(
      fc.property(email, (address) => {
        const normal = normaliseEmail(address);
        expect(normaliseEmail(normal)).toBe(normal);
      }),
    );
    expect(normaliseEmail(' Marta@Example.ORG ')).toBe('marta@example.org');
    expect(normaliseEmail('Zoe\u0308@example.org')).toBe(normaliseEmail('ZO\u00cb@example.org'));
  });
});
