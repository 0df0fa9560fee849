'use client';

import type { Ece } from '@ece/sdk/browser';
import { Button } from '@ece/ui/button';
import { buttonClass } from '@ece/ui/button-class';
import { EyeIcon } from '@ece/ui/icons';
import { useToast } from '@ece/ui/toast';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useState } from 'react';
import { useCall } from '../data/use-call.ts';
import { useT } from '../i18n/client.tsx';

export type WatchTarget = { cardId: string } | { setId: string } | { copyId: string } | { auctionId: string };

interface WatchButtonProps {
  target: WatchTarget;
  /** The reader's watch; null where there is none, undefined for somebody who is not signed in. */
  watchId: string | null | undefined;
}

const change = async (ece: Ece, { target, id }: { target: WatchTarget; id: string | null }) => {
  if (id === null) return (await ece.notifications.createWatch(target)).id;
  await ece.notifications.deleteWatch({ id });
  return '';
};

/** Puts something on the watchlist and takes it off again. */
export function WatchButton({ target, watchId }: WatchButtonProps) {
  const t = useT();
  const toast = useToast();
  const path = usePathname();
  const [seen, setSeen] = useState(watchId);
  const [id, setId] = useState(watchId ?? null);
  // Shown at once, and taken back where it is refused.
  const [wanted, setWanted] = useState<boolean>();
  const isOn = wanted ?? id !== null;
  const call = useCall(change);
  if (seen !== watchId) {
    setSeen(watchId);
    setId(watchId ?? null);
  }
  if (watchId === undefined) {
    return (
      <Link
        className={buttonClass({ size: 'small' })}
        href={`/sign-in?next=${encodeURIComponent(path)}`}
        prefetch={false}
      >
        <EyeIcon />
        {t('watch.watch')}
      </Link>
    );
  }
  const toggle = async () => {
    if (call.busy) return;
    setWanted(!isOn);
    const answer = await call.run({ target, id });
    if (answer !== undefined) setId(answer || null);
    setWanted(undefined);
    if (answer === undefined) return;
    toast({ tone: 'good', text: t(answer ? 'watch.added' : 'watch.removed') });
  };
  return (
    <>
      <Button size="small" aria-pressed={isOn} onClick={() => void toggle()}>
        <EyeIcon />
        {t(isOn ? 'watch.watching' : 'watch.watch')}
      </Button>
      {call.error && (
        <span role="alert" className="small field-error">
          {call.error}
        </span>
      )}
    </>
  );
}
