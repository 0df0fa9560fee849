'use client';

import { type PointerEvent, type RefObject, useCallback, useEffect, useRef } from 'react';

/** Degrees that a card leans at its edge. */
const LEAN = 11;
/** How far its light goes, in percent of the layer, from one edge of the card to the other. */
const TRAVEL = { foil: -34, glare: 96 };

/** A place on a card: from -0.5 at the left or top to 0.5 at the right or bottom. */
type Place = readonly [x: number, y: number];

/** How a card is made to lean. */
export interface Lean {
  /** Goes on the face of the card. */
  body: RefObject<HTMLSpanElement | null>;
  /** Leans the card towards the pointer. */
  follow(event: PointerEvent<HTMLElement>): void;
  /** Leans the card towards a place. */
  to(x: number, y: number): void;
  /** Lets it come to rest. */
  rest(): void;
}

/**
 * Leans a card and moves its light, once in a frame however often it is told to, and not at all while the place stays
 * the same. Only transforms of layers that the browser has drawn already are changed. Where people asked for less
 * motion the card rests.
 */
export function useLean(): Lean {
  const body = useRef<HTMLSpanElement>(null);
  const wanted = useRef<() => Place>(undefined);
  const drawn = useRef<Place>(undefined);
  const frame = useRef(0);
  const show = useCallback((place: () => Place) => {
    wanted.current = place;
    frame.current ||= requestAnimationFrame(() => {
      frame.current = 0;
      const at = wanted.current?.();
      if (!body.current || !at || (at[0] === drawn.current?.[0] && at[1] === drawn.current[1])) return;
      drawn.current = at;
      draw(body.current, at);
    });
  }, []);
  const follow = useCallback(
    ({ currentTarget, pointerType, clientX, clientY }: PointerEvent<HTMLElement>) => {
      if (pointerType === 'touch' || prefersRest()) return;
      show(() => {
        // Asked for at the beginning of a frame, when the layout is known.
        const { left, top, width, height } = currentTarget.getBoundingClientRect();
        return [(clientX - left) / width - 0.5, (clientY - top) / height - 0.5];
      });
    },
    [show],
  );
  const to = useCallback((x: number, y: number) => show(() => [x, y]), [show]);
  const rest = useCallback(() => {
    cancelAnimationFrame(frame.current);
    frame.current = 0;
    drawn.current = undefined;
    if (!body.current) return;
    delete body.current.dataset.held;
    body.current.style.transform = '';
  }, []);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);
  return { body, follow, to, rest };
}

function draw(element: HTMLElement, [x, y]: Place): void {
  if (element.dataset.held === undefined) element.dataset.held = '';
  element.style.transform = `rotateX(${(-y * LEAN * 2).toFixed(2)}deg) rotateY(${(x * LEAN * 2).toFixed(2)}deg)`;
  for (const layer of element.querySelectorAll<HTMLElement>('[data-layer]')) {
    const travel = TRAVEL[layer.dataset.layer as keyof typeof TRAVEL];
    layer.style.transform = `translate(${(x * travel).toFixed(2)}%, ${(y * travel).toFixed(2)}%)`;
  }
}

/** Whether this person's device asks for less motion. */
export function prefersRest(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}
