'use client';

import type { Ref } from 'react';
import { useLean } from './lean.tsx';

export type Rarity = 'common' | 'uncommon' | 'rare' | 'epic' | 'legendary' | 'mythic';

interface CardProps {
  /** Address of the artwork. */
  artwork: string;
  name: string;
  rarity: Rarity;
  /** Load at once, for what is on the first screen. */
  eager?: boolean;
}

/**
 * A collectible card. Under a pointer it leans towards it, and its foil shines the more the rarer it is. Only
 * transforms change while it moves. Where people asked for less motion it rests.
 */
export function Card({ artwork, name, rarity, eager }: CardProps) {
  const { body, follow, rest } = useLean();
  return (
    <span className={`card card-${rarity}`} onPointerMove={follow} onPointerLeave={rest}>
      <CardFace ref={body} artwork={artwork} name={name} eager={eager} />
    </span>
  );
}

interface FaceProps extends Omit<CardProps, 'rarity'> {
  ref?: Ref<HTMLSpanElement>;
}

/** The face of a card with its layers of light. */
export function CardFace({ artwork, name, eager, ref }: FaceProps) {
  return (
    <span className="card-body" ref={ref}>
      <img
        className="card-art"
        src={artwork}
        alt={name}
        width={375}
        height={525}
        loading={eager ? 'eager' : 'lazy'}
        fetchPriority={eager ? 'high' : 'auto'}
        decoding="async"
        draggable={false}
      />
      <span className="card-shine">
        <span className="card-foil" data-layer="foil" />
        <span className="card-glare" data-layer="glare" />
      </span>
    </span>
  );
}
