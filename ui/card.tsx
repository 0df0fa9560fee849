'use client';

import { type PointerEvent, useRef } from 'react';

export type Rarity = 'common' | 'uncommon' | 'rare' | 'epic' | 'legendary' | 'mythic';

interface CardProps {
  /** Address of the artwork. */
  artwork: string;
  name: string;
  rarity: Rarity;
  /** Load at once, for what is on the first screen. */
  eager?: boolean;
}

/** Degrees that a card leans at its edge. */
const LEAN = 11;

/**
 * A collectible card. Under a pointer it leans towards it, and its foil shines the more the rarer it is. Only
 * transforms change while it moves. Where people asked for less motion it rests.
 */
export function Card({ artwork, name, rarity, eager }: CardProps) {
  const body = useRef<HTMLSpanElement>(null);
  const frame = useRef(0);
  const move = (event: PointerEvent<HTMLSpanElement>) => {
    const element = body.current;
    if (!element || event.pointerType === 'touch' || prefersRest()) return;
    const box = event.currentTarget.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width - 0.5;
    const y = (event.clientY - box.top) / box.height - 0.5;
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => lean(element, x, y));
  };
  const rest = () => {
    cancelAnimationFrame(frame.current);
    if (body.current) release(body.current);
  };
  return (
    <span className={`card card-${rarity}`} onPointerMove={move} onPointerLeave={rest}>
      <CardFace ref={body} artwork={artwork} name={name} eager={eager} />
    </span>
  );
}

interface FaceProps extends Omit<CardProps, 'rarity'> {
  ref?: React.Ref<HTMLSpanElement>;
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

/** Whether this person's device asks for less motion. */
export function prefersRest(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/**
 * Leans a card's face and moves its light.
 * @param x from -0.5 at the left to 0.5 at the right; `y` likewise from the top
 */
export function lean(element: HTMLElement, x: number, y: number, more = ''): void {
  element.dataset.held = '';
  element.style.transform = `rotateX(${-y * LEAN * 2}deg) rotateY(${x * LEAN * 2}deg) ${more}`;
  const [foil, glare] = ['foil', 'glare'].map((layer) =>
    element.querySelector<HTMLElement>(`[data-layer="${layer}"]`),
  );
  if (foil) foil.style.transform = `translate(${-x * 34}%, ${-y * 34}%)`;
  if (glare) glare.style.transform = `translate(${x * 70}%, ${y * 70}%)`;
}

/** Lets a card's face come to rest. */
export function release(element: HTMLElement): void {
  delete element.dataset.held;
  element.style.transform = '';
}
