import type { Offer } from '../data/types.ts';
import type { Translate } from '../i18n/translate.ts';

/** What an offer takes, in words: one copy, any of a card, any of a set, and by what it is narrowed. */
export function offerScope(t: Translate, offer: Offer): string {
  const { scope, copy, set, rarity, category, serialFrom, serialTo } = offer;
  const parts = [
    scope === 'copy' ? t('offer.ofCopy', { serial: copy?.serial ?? 0 }) : '',
    scope === 'card' ? t('offer.ofCard') : '',
    scope === 'set' ? t('offer.ofSet', { set: set.name }) : '',
    rarity ? t(`rarity.${rarity}`) : '',
    category ?? '',
    serialFrom !== null || serialTo !== null
      ? t('offer.serials', { from: serialFrom ?? 1, to: serialTo === null ? '…' : String(serialTo) })
      : '',
  ];
  return parts.filter(Boolean).join(', ');
}
