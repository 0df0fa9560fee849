'use client';

import type { Ece } from '@ece/sdk/browser';
import { RarityBadge } from '@ece/ui/badge';
import { Field } from '@ece/ui/field';
import { useCallback, useState } from 'react';
import { artworkPath } from '../../../data/artwork.ts';
import type { Card } from '../../../data/types.ts';
import { useT } from '../../../i18n/client.tsx';
import { type ListPage, More } from '../../../parts/more.tsx';
import { Act } from '../act.tsx';

/** Copies that one call mints at the most. */
const MOST = 1000;

interface Order {
  id: string;
  quantity: number;
  ownerHandle?: string;
}

const mint = (ece: Ece, order: Order, idempotencyKey: string) => ece.nfts.mint(order, { idempotencyKey });

/** The cards of a set, how many copies each has, and the making of more. */
export function MintGrid({ setId, first }: { setId: string; first: ListPage<Card> }) {
  const load = useCallback(
    (ece: Ece, cursor: string) => ece.nfts.listCards({ setId, cursor, limit: 60 }),
    [setId],
  );
  return (
    <More first={first} load={load}>
      {(cards) => (
        <ul className="mint-grid">
          {cards.map((card) => (
            <MintCard key={card.id} card={card} />
          ))}
        </ul>
      )}
    </More>
  );
}

function MintCard({ card }: { card: Card }) {
  const t = useT();
  const [quantity, setQuantity] = useState('1');
  const [owner, setOwner] = useState('');
  const [error, setError] = useState<string>();
  const left = card.editionSize - card.minted;
  const most = Math.min(MOST, left);
  const input = (): Order | undefined => {
    const wanted = Number(quantity);
    const fits = /^\d+$/.test(quantity) && wanted >= 1 && wanted <= most;
    setError(fits ? undefined : t('operator.quantityBad', { most }));
    const ownerHandle = owner.trim().replace(/^@/, '');
    return fits ? { id: card.id, quantity: wanted, ...(ownerHandle && { ownerHandle }) } : undefined;
  };
  return (
    <li className="mint-card">
      <img src={artworkPath(card.artwork.url)} alt="" width={64} height={90} loading="lazy" />
      <div>
        <strong className="mint-name">{card.name}</strong>
        <span className="row small">
          <RarityBadge rarity={card.rarity} label={t(`rarity.${card.rarity}`)} />
          <span className="soft number">
            {t('operator.ofEdition', { minted: card.minted, edition: card.editionSize })}
          </span>
        </span>
        {left > 0 && (
          <Act
            label={t('operator.mint')}
            name={t('operator.mintWhich', { card: card.name })}
            title={t('operator.mintTitle', { card: card.name })}
            size="small"
            call={mint}
            input={input}
            done={t('operator.minted', { count: Number(quantity) })}
          >
            {() => (
              <>
                <Field
                  label={t('operator.quantity')}
                  hint={t('operator.quantityHint', { count: left })}
                  error={error}
                  inputMode="numeric"
                  value={quantity}
                  onChange={(event) => setQuantity(event.target.value)}
                  maxLength={4}
                />
                <Field
                  label={t('operator.owner')}
                  hint={t('operator.ownerHint')}
                  value={owner}
                  onChange={(event) => setOwner(event.target.value)}
                  autoCapitalize="none"
                  spellCheck={false}
                  maxLength={31}
                />
              </>
            )}
          </Act>
        )}
      </div>
    </li>
  );
}
