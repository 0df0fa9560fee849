import { RelativeTime } from '@ece/ui/time';
import type { Halt } from '../data/types.ts';
import { getT } from '../i18n/server.ts';
import { RefreshOn } from '../live/refresh-on.tsx';

/** What every visitor sees while trading is halted, from the moment on at which it is. */
export async function HaltBanner({ halts }: { halts: Halt[] }) {
  const t = await getT();
  return (
    <>
      <RefreshOn topic="exchange" />
      <div className="halts" role="status" aria-label={t('halted.label')}>
        {halts.map(({ id, setCode, reason, withdrawals, at }) => (
          <p key={id} className="halt wrap">
            <strong>{setCode ? t('halted.set', { set: setCode }) : t('halted.all')}</strong>{' '}
            <q className="halt-reason">{reason}</q> {withdrawals && `${t('halted.withdrawals')} `}
            {t('halted.safe')}{' '}
            <span className="halt-since">
              {t('halted.since')} <RelativeTime at={at} />
            </span>
          </p>
        ))}
      </div>
    </>
  );
}
