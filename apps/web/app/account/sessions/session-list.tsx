'use client';

import type { Ece } from '@ece/sdk/browser';
import { Notice, StatePill } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { Dialog } from '@ece/ui/dialog';
import { ComputerIcon, PhoneIcon, ProgramIcon } from '@ece/ui/icons';
import { RelativeTime } from '@ece/ui/time';
import { useToast } from '@ece/ui/toast';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { SignedInSession } from '../../../data/types.ts';
import { useCall } from '../../../data/use-call.ts';
import { useT } from '../../../i18n/client.tsx';
import { type ListPage, More } from '../../../parts/more.tsx';

const older = (ece: Ece, cursor: string) => ece.auth.sessions({ cursor });
const endOne = async (ece: Ece, id: string) => {
  await ece.auth.endSession({ id });
  return true;
};
const endOthers = (ece: Ece) => ece.auth.endOtherSessions();

const ICONS = { desktop: ComputerIcon, phone: PhoneIcon, tablet: PhoneIcon, other: ProgramIcon };

/** Every session, with a way to end it, and one to end all others. What was ended elsewhere goes by itself. */
export function SessionList({ first }: { first: ListPage<SignedInSession> }) {
  const t = useT();
  const toast = useToast();
  const router = useRouter();
  const [asks, setAsks] = useState(false);
  const [gone, setGone] = useState<readonly string[]>([]);
  const one = useCall(endOne);
  const others = useCall(endOthers);
  const end = async (id: string) => {
    if (!(await one.run(id))) return;
    setGone((ids) => [...ids, id]);
    toast({ tone: 'good', text: t('account.ended') });
  };
  const endAll = async () => {
    const answer = await others.run(undefined);
    if (!answer) return;
    setAsks(false);
    toast({ tone: 'good', text: t('account.endedOthers', { count: answer.ended }) });
    router.refresh();
  };
  return (
    <More first={first} load={older}>
      {(items) => {
        const shown = items.filter(({ id }) => !gone.includes(id));
        return (
          <>
            {one.error && (
              <div role="alert">
                <Notice tone="bad">{one.error}</Notice>
              </div>
            )}
            <ul className="panel sessions">
              {shown.map((session) => (
                <Session key={session.id} session={session} busy={one.busy} onEnd={end} />
              ))}
            </ul>
            {shown.length > 1 ? (
              <div className="row">
                <Button variant="danger" onClick={() => setAsks(true)}>
                  {t('account.endOthers')}
                </Button>
              </div>
            ) : (
              <p className="soft small">{t('account.onlyThis')}</p>
            )}
            <Dialog
              open={asks}
              onClose={() => setAsks(false)}
              title={t('account.endOthersTitle')}
              actions={
                <Button variant="danger" busy={others.busy} onClick={() => void endAll()}>
                  {t('account.endOthers')}
                </Button>
              }
            >
              <p>{t('account.endOthersText')}</p>
              {others.error && <Notice tone="bad">{others.error}</Notice>}
            </Dialog>
          </>
        );
      }}
    </More>
  );
}

interface SessionProps {
  session: SignedInSession;
  busy: boolean;
  onEnd(id: string): Promise<void>;
}

function Session({ session, busy, onEnd }: SessionProps) {
  const t = useT();
  const { id, browser, system, kind, address, current, createdAt, lastSeenAt } = session;
  const Icon = ICONS[kind];
  const device =
    browser && system
      ? t('account.onSystem', { browser, system })
      : (browser ?? system ?? t('account.program'));
  return (
    <li className="session">
      <span className="session-icon">
        <Icon />
      </span>
      <span className="session-text">
        <strong className="row session-name">
          {device}
          {current && <StatePill tone="good">{t('account.thisOne')}</StatePill>}
        </strong>
        <span className="small soft">
          {address === '' ? t('account.noAddress') : t('account.from', { address })}
          {' · '}
          {t('account.since')} <RelativeTime at={createdAt} />
          {' · '}
          {t('account.lastSeen')} <RelativeTime at={lastSeenAt} />
        </span>
      </span>
      {!current && (
        <Button
          size="small"
          busy={busy}
          aria-label={t('account.endWhich', { device })}
          onClick={() => void onEnd(id)}
        >
          {t('account.end')}
        </Button>
      )}
    </li>
  );
}
