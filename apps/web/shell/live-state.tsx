'use client';

import { useT } from '../i18n/client.tsx';
import { useLiveState } from '../live/feed.tsx';

/** Whether what the page shows is live. Nothing is said while it is. */
export function LiveState() {
  const t = useT();
  const state = useLiveState();
  return (
    <span className={`live-state live-${state}`} role="status" title={t(`live.${state}`)}>
      <span className={state === 'reconnecting' ? undefined : 'hidden-text'}>{t(`live.${state}`)}</span>
    </span>
  );
}
