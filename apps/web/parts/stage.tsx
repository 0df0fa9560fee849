'use client';

import './stage.css';
import { Button } from '@ece/ui/button';
import { CardFace, type Rarity } from '@ece/ui/card';
import { FlipIcon } from '@ece/ui/icons';
import { prefersRest, useLean } from '@ece/ui/lean';
import { type ReactNode, useEffect, useState } from 'react';

interface StageProps {
  artwork: string;
  name: string;
  rarity: Rarity;
  /** What is on the back; without it the card cannot be turned over. */
  back?: ReactNode;
  /** What the button that turns the card says. */
  flipLabel?: string;
}

/** Some phones tell of their tilt only to those who ask for it when the card is touched. */
function askForTilt(): void {
  const tilt = globalThis.DeviceOrientationEvent as unknown as
    | { requestPermission?(): Promise<string> }
    | undefined;
  // Who declines has a card that does not lean.
  if (!prefersRest()) void tilt?.requestPermission?.().catch(() => {});
}

/** Degrees of a device's tilt at which the card leans as far as it goes. */
const TILT_DEGREES = 40;

/**
 * One card, large: it leans towards the pointer or with the device, and can be turned over. It rests where
 * people asked for less motion; it can be turned there too.
 */
export function Stage({ artwork, name, rarity, back, flipLabel }: StageProps) {
  const { body, follow, to, rest } = useLean();
  const [turned, setTurned] = useState(false);
  useEffect(() => {
    if (prefersRest()) return undefined;
    const tilt = ({ gamma, beta }: DeviceOrientationEvent) => {
      if (gamma === null || beta === null) return;
      const bound = (value: number) => Math.max(-0.5, Math.min(0.5, value / TILT_DEGREES));
      // Held in the hand a device leans back by about half a right angle.
      to(bound(gamma), bound(beta - 45));
    };
    addEventListener('deviceorientation', tilt);
    return () => removeEventListener('deviceorientation', tilt);
  }, [to]);
  return (
    <div className="stage">
      <div className={`stage-card card card-${rarity}`} data-turned={turned || undefined}>
        <div
          className="stage-turn"
          onPointerMove={follow}
          onPointerLeave={rest}
          onPointerUp={({ pointerType }) => pointerType === 'touch' && askForTilt()}
        >
          <span className="stage-front" aria-hidden={turned || undefined}>
            <CardFace ref={body} artwork={artwork} name={name} eager />
          </span>
          {back && (
            <div className="stage-back" aria-hidden={turned ? undefined : true}>
              {back}
            </div>
          )}
        </div>
      </div>
      {back && (
        <Button variant="quiet" aria-pressed={turned} onClick={() => setTurned(!turned)}>
          <FlipIcon />
          {flipLabel}
        </Button>
      )}
    </div>
  );
}
