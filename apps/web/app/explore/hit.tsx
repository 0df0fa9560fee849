'use client';

import { Avatar } from '@ece/ui/avatar';
import { RarityBadge } from '@ece/ui/badge';
import { Card } from '@ece/ui/card';
import { Price } from '@ece/ui/money';
import { Countdown } from '@ece/ui/time';
import Link from 'next/link';
import { artworkPath } from '../../data/artwork.ts';
import type { SearchHit } from '../../data/types.ts';
import { useT } from '../../i18n/client.tsx';

/** The page of what was found. */
function pathOf({ kind, id, handle }: SearchHit): string {
  if (kind === 'person') return `/people/${handle}`;
  return { set: `/sets/${id}`, card: `/cards/${id}`, copy: `/copies/${id}` }[kind];
}

/** Which copy it is, or how many copies there are. */
function useWhich(hit: SearchHit): string {
  const t = useT();
  if (hit.kind === 'copy')
    return t('card.serial', { serial: hit.serial ?? 0, edition: hit.editionSize ?? 0 });
  return t('card.edition', { count: hit.editionSize ?? 0 });
}

/** One thing that was found, in the grid. All tiles of a kind are equally high. */
export function HitTile({ hit, eager }: { hit: SearchHit; eager: boolean }) {
  if (hit.kind === 'card' || hit.kind === 'copy') return <CardHit hit={hit} eager={eager} />;
  return <NameHit hit={hit} />;
}

function NameHit({ hit }: { hit: SearchHit }) {
  const t = useT();
  return (
    <Link className="hit-name panel" href={pathOf(hit)} prefetch={false} data-hit>
      {hit.kind === 'person' ? (
        <Avatar handle={hit.handle ?? ''} />
      ) : (
        <span className="hit-code mono">{hit.setCode}</span>
      )}
      <span className="tile-text">
        <span className="tile-name">{hit.name}</span>
        <span className="small soft tile-name">
          {hit.kind === 'person' ? hit.handle : t('home.setCards', { count: hit.size ?? 0 })}
        </span>
      </span>
    </Link>
  );
}

function CardHit({ hit, eager }: { hit: SearchHit; eager: boolean }) {
  const t = useT();
  const which = useWhich(hit);
  const copies = hit.listings > 0 ? t('explore.offers', { count: hit.listings }) : which;
  return (
    <Link className="tile" href={pathOf(hit)} prefetch={false} data-hit>
      <Card artwork={artworkPath(hit.artworkUrl ?? '')} name={hit.name} rarity={hit.rarity!} eager={eager} />
      <span className="tile-text">
        <span className="tile-name">{hit.name}</span>
        <span className="tile-line soft">
          <span>{hit.kind === 'copy' ? which : hit.setName}</span>
        </span>
        <span className="tile-line">
          {hit.price ? <Price amount={hit.price} /> : <span className="soft">{t('explore.noPrice')}</span>}
          <RarityBadge rarity={hit.rarity!} label={t(`rarity.${hit.rarity!}`)} />
        </span>
        <span className="tile-line soft">
          {hit.auctionEndsAt ? (
            <>
              <span>{t('lot.endsIn')}</span>
              <Countdown to={hit.auctionEndsAt} />
            </>
          ) : (
            <span>{hit.kind === 'copy' ? (hit.ownerHandle ?? t('item.outside')) : copies}</span>
          )}
        </span>
      </span>
    </Link>
  );
}

/** One card or copy that was found, in the table. */
export function HitRow({ hit }: { hit: SearchHit }) {
  const t = useT();
  const which = useWhich(hit);
  return (
    <tr data-hit>
      <td>
        <Link href={pathOf(hit)} prefetch={false} className="hit-link">
          <img src={artworkPath(hit.artworkUrl ?? '')} alt="" width={30} height={42} loading="lazy" />
          <span className="tile-name">{hit.name}</span>
        </Link>
      </td>
      <td>{hit.setName}</td>
      <td>
        <RarityBadge rarity={hit.rarity!} label={t(`rarity.${hit.rarity!}`)} />
      </td>
      <td className="number">{which}</td>
      <td className="end">{hit.lastSalePrice && <Price amount={hit.lastSalePrice} />}</td>
      <td className="end">{hit.price && <Price amount={hit.price} />}</td>
    </tr>
  );
}
