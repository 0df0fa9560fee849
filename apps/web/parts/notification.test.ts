import { notificationTypes } from '@ece/contract';
import { describe, expect, test } from 'vitest';
import type { Notification } from '../data/types.ts';
import { languages } from '../i18n/languages.ts';
import { translator } from '../i18n/translate.ts';
import { NOTIFICATION_GROUPS, notificationPath, notificationWords } from './notification.ts';

const ID = '01890000-0000-7000-8000-000000000001';
const OTHER = '01890000-0000-7000-8000-000000000002';

function told(type: Notification['type'], data: Notification['data'] = {}): Notification {
  return { id: ID, type, title: 'By the exchange', body: 'Said there', data, createdAt: '', readAt: null };
}

test('every type belongs to one group', () => {
  expect(Object.values(NOTIFICATION_GROUPS).flat().sort()).toEqual([...notificationTypes].sort());
});

describe.each(['en', 'de'] as const)('%s', (locale) => {
  const t = translator(languages[locale].messages, locale);

  test.each(notificationTypes)('%s is said in words of its own, with all that they speak of', (type) => {
    const data = {
      cardName: 'Ember Fox',
      serial: 7,
      handle: 'noor',
      price: '1234.5',
      previousPrice: '2000',
      amount: '9.99',
      threshold: '1500',
      url: 'https://example.com/hook',
    };
    const { title, text } = notificationWords(t, locale, told(type, data));
    expect(title + text).not.toMatch(/[{}]|undefined|told\.|toldText\.|By the exchange/);
  });

  test('amounts and lots are written the way of the language', () => {
    const { title } = notificationWords(
      t,
      locale,
      told('offer_received', { cardName: 'Ember Fox', serial: 7, handle: 'noor', amount: '1234.5' }),
    );
    expect(title).toContain(locale === 'de' ? '1.234,50 USDC' : '1,234.50 USDC');
    const lot = notificationWords(t, locale, told('auction_won', { cardName: 'Ember Fox', lotSize: 3 }));
    expect(lot.title).toContain(locale === 'de' ? 'Ember Fox und 2 weitere' : 'Ember Fox and 2 more');
  });

  test('an alert says which way it looks, and a freeze says why', () => {
    const alert = (direction: 'below' | 'above') =>
      notificationWords(t, locale, told('price_alert', { direction, threshold: '5' })).text;
    expect(alert('above')).not.toBe(alert('below'));
    expect(notificationWords(t, locale, told('account_frozen', { reason: 'Stolen key' })).text).toContain(
      'Stolen key',
    );
  });

  test('a type that came later is said in the words of the exchange', () => {
    const later = told('something_new' as Notification['type']);
    expect(notificationWords(t, locale, later)).toEqual({ title: 'By the exchange', text: 'Said there' });
  });
});

test.each([
  ['outbid', { auctionId: ID, copyId: OTHER }, `/auctions/${ID}`],
  ['listing_sold', { listingId: ID, copyId: OTHER }, `/copies/${OTHER}`],
  ['offer_received', { offerId: ID, copyId: OTHER }, '/offers'],
  ['offer_expiring', { offerId: ID }, '/offers'],
  ['offer_declined', { offerId: ID, copyId: OTHER }, '/offers?view=made&state=all'],
  ['offer_accepted', { offerId: ID, copyId: OTHER }, `/copies/${OTHER}`],
  ['trade_countered', { tradeOfferId: ID, counterId: OTHER }, `/trades/${OTHER}`],
  ['trade_offered', { tradeOfferId: ID }, `/trades/${ID}`],
  ['deposit_final', { transferId: ID, amount: '5' }, '/wallet'],
  ['copy_withdrawn', { transferId: ID, copyId: OTHER }, `/copies/${OTHER}`],
  ['price_alert', { alertId: ID, cardId: OTHER }, `/cards/${OTHER}`],
  ['account_frozen', {}, undefined],
] as const)('%s leads to where it is acted on', (type, data, path) => {
  expect(notificationPath(told(type, data))).toBe(path);
});
