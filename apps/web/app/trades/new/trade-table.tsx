'use client';

import type { Ece } from '@ece/sdk/browser';
import { Notice } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { serverNow } from '@ece/ui/context';
import { Dialog } from '@ece/ui/dialog';
import { Select, TextArea } from '@ece/ui/field';
import { Price } from '@ece/ui/money';
import { useRouter } from 'next/navigation';
import { useCallback, useState } from 'react';
import type { FoundCopies } from '../../../data/find-copies.ts';
import type { Estimates } from '../../../data/types.ts';
import { useCall } from '../../../data/use-call.ts';
import { useT } from '../../../i18n/client.tsx';
import { feeOn, worthOf } from '../../../parts/worth.ts';
import { Balance } from '../balance.tsx';
import { refusedCopy } from '../refused-copy.ts';
import { Summary } from '../summary.tsx';
import { cashOf, type Draft, type DraftSide, type Fault, faultOf, sum } from './draft.ts';
import { TableSide } from './table-side.tsx';

interface TableProps {
  me: string;
  /** The other side. */
  handle: string;
  mine: FoundCopies;
  theirs: FoundCopies;
  draft: Draft;
  estimates: Estimates;
  available: string;
  feeBasisPoints: number;
  /** The offer that this one answers. */
  counters: string | undefined;
}

type Terms = Parameters<Ece['trades']['counter']>[0];

interface Sending extends Omit<Terms, 'id' | 'expiresAt'> {
  toHandle: string;
  counters: string | undefined;
  days: number;
}

const DAY_MS = 86_400_000;
/** Less than the longest that is allowed, for clocks that differ. */
const SLACK_MS = 60_000;
const DAYS = [1, 3, 7, 14, 30];
const MOST_CHARACTERS = 500;

const send = (ece: Ece, { toHandle, counters, days, ...terms }: Sending, idempotencyKey: string) => {
  const expiresAt = new Date(serverNow() + days * DAY_MS - SLACK_MS).toISOString();
  return counters
    ? ece.trades.counter({ id: counters, ...terms, expiresAt }, { idempotencyKey })
    : ece.trades.create({ toHandle, ...terms, expiresAt }, { idempotencyKey });
};

/** Both collections side by side, what lies on the table, and whom it favours. Nothing moves before it is sent. */
export function TradeTable(props: TableProps) {
  const t = useT();
  const { me, handle, mine, theirs, available, feeBasisPoints } = props;
  const [draft, setDraft] = useState(props.draft);
  const [estimates, setEstimates] = useState(props.estimates);
  const [message, setMessage] = useState('');
  const [days, setDays] = useState('7');
  const [fault, setFault] = useState<Fault>();
  const [asked, setAsked] = useState(false);
  const learn = useCallback((more: Estimates) => setEstimates((known) => ({ ...known, ...more })), []);
  const change = (name: keyof Draft) => (side: DraftSide) => {
    setDraft((before) => ({ ...before, [name]: side }));
    setFault(undefined);
  };
  const review = () => {
    const found = faultOf(draft, available, feeBasisPoints);
    setFault(found);
    setAsked(!found);
  };
  const shared = { feeBasisPoints, estimates, onEstimates: learn };
  const cashFault = (...faults: Fault[]) =>
    fault && faults.includes(fault) ? t(`trade.${fault}`) : undefined;
  const isOfTable = fault === 'sideEmpty' || fault === 'cashOnly';
  return (
    <div className="deal">
      <TableSide
        {...shared}
        name="give"
        side={draft.give}
        owner={me}
        first={mine}
        cashFault={cashFault('giveNotMoney', 'short')}
        onChange={change('give')}
      />
      <TableSide
        {...shared}
        name="receive"
        side={draft.receive}
        owner={handle}
        first={theirs}
        cashFault={cashFault('receiveNotMoney')}
        onChange={change('receive')}
      />
      <div className="panel stack deal-sum">
        <Balance
          give={worth(draft.give, estimates)}
          receive={worth(draft.receive, estimates)}
          handle={handle}
        />
        <TextArea
          label={t('trade.message', { handle })}
          value={message}
          onChange={(event) => setMessage(event.target.value)}
          maxLength={MOST_CHARACTERS}
          rows={3}
        />
        <Select
          label={t('trade.expires')}
          value={days}
          onChange={(event) => setDays(event.target.value)}
          options={DAYS.map((count) => ({ value: String(count), label: t('trade.days', { count }) }))}
        />
        <p className="small soft">
          {t('trade.available')} <Price amount={available} />
        </p>
        {isOfTable && (
          <div role="alert">
            <Notice tone="bad">{t(`trade.${fault}`)}</Notice>
          </div>
        )}
        <Button variant="primary" size="large" wide onClick={review}>
          {t('trade.review')}
        </Button>
      </div>
      <Review
        {...props}
        open={asked}
        draft={draft}
        message={message}
        days={Number(days)}
        onClose={() => setAsked(false)}
      />
    </div>
  );
}

function worth({ copies, cash }: DraftSide, estimates: Estimates) {
  return worthOf(
    copies.map(({ id }) => id),
    cashOf(cash) ?? '0',
    estimates,
  );
}

interface ReviewProps extends TableProps {
  open: boolean;
  message: string;
  days: number;
  onClose(): void;
}

/** Says exactly what is offered and what is held for it, before it is sent. */
function Review({ open, onClose, draft, message, days, handle, counters, feeBasisPoints }: ReviewProps) {
  const t = useT();
  const router = useRouter();
  const call = useCall(send);
  const goods = ({ copies, cash: typed }: DraftSide) => {
    const cash = cashOf(typed) ?? '0';
    return { copies, cash, fee: feeOn(cash, feeBasisPoints) };
  };
  const [give, receive] = [goods(draft.give), goods(draft.receive)];
  const terms = ({ copies, cash }: typeof give) => ({
    copyIds: copies.map(({ id }) => id),
    ...(cash !== '0' && { cash }),
  });
  const confirm = async () => {
    const sent = await call.run({
      ...{ toHandle: handle, counters, days, message: message.trim() },
      ...{ give: terms(give), receive: terms(receive) },
    });
    if (sent) router.push(`/trades/${sent.id}`);
  };
  const close = () => {
    call.clear();
    onClose();
  };
  const concerned = refusedCopy(call.refusal, [...give.copies, ...receive.copies]);
  return (
    <Dialog
      open={open}
      onClose={close}
      title={t('trade.reviewTitle', { handle })}
      actions={
        <Button variant="primary" busy={call.busy} onClick={() => void confirm()}>
          {t(counters ? 'trade.sendCounter' : 'trade.send')}
        </Button>
      }
    >
      <Summary give={give} receive={receive} handle={handle} />
      <p className="small soft">
        {t('trade.reviewHeld')} {give.cash !== '0' && <Price amount={sum(give.cash, give.fee)} />}
      </p>
      {call.error && (
        <div role="alert">
          <Notice tone="bad">
            {call.error}
            {concerned && ` ${t('trade.concerns', { card: concerned })}`}
          </Notice>
        </div>
      )}
    </Dialog>
  );
}
