import { expect, test } from 'vitest';
import type { Auction, Offer, Transfer } from '../../data/types.ts';
import { returnsOf } from './returns.ts';

const at = (hour: number) => new Date(Date.UTC(2030, 0, 1, hour)).toISOString();
const offer = (id: string, state: Offer['state'], hour: number) =>
  ({
    ...{ id, state, amount: '5', closedAt: state === 'open' ? null : at(hour) },
    ...{ copy: null, card: { id: 'card', name: 'Fox' }, set: { id: 'set', name: 'Set' } },
  }) as Offer;
const auction = (id: string, state: Auction['state'], leaderHandle: string | null, hour: number) =>
  ({ id, state, leaderHandle, myMaximum: '9', endsAt: at(hour), lot: [{ name: 'Owl' }] }) as Auction;
const transfer = (id: string, kind: Transfer['kind'], state: Transfer['state'], hour: number) =>
  ({ id, kind, state, amount: '7', createdAt: at(hour) }) as Transfer;

test('what came back are offers that ended, auctions that others won, and withdrawals that failed', () => {
  const returns = returnsOf('ada', {
    offers: [
      offer('a', 'open', 1),
      offer('b', 'accepted', 2),
      offer('c', 'declined', 3),
      offer('d', 'void', 9),
    ],
    auctions: [
      auction('e', 'open', 'ben', 4),
      auction('f', 'sold', 'ada', 5),
      auction('g', 'sold', 'ben', 6),
      auction('h', 'unsold', 'ada', 7),
    ],
    transfers: [
      transfer('i', 'withdrawal', 'final', 1),
      transfer('j', 'withdrawal', 'returned', 8),
      transfer('k', 'faucet', 'returned', 8),
    ],
  });
  expect(returns.map(({ id, kind }) => `${id} ${kind}`)).toEqual([
    'd offer',
    'j withdrawal',
    'h bid',
    'g bid',
    'c offer',
  ]);
  expect(returns[0]).toMatchObject({ amount: '5', path: '/cards/card', name: 'Fox', state: 'void' });
});
