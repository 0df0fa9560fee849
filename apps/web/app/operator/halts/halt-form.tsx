'use client';

import type { Ece } from '@ece/sdk/browser';
import { Notice } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { Dialog } from '@ece/ui/dialog';
import { Field, Select } from '@ece/ui/field';
import { useToast } from '@ece/ui/toast';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { useCall } from '../../../data/use-call.ts';
import { useT } from '../../../i18n/client.tsx';

interface NewHalt {
  setCode?: string;
  withdrawals: boolean;
  reason: string;
}

const haltTrading = (ece: Ece, halt: NewHalt) => ece.admin.halt(halt);

/** Halts trading: what, why, and after one more look. */
export function HaltForm({ sets }: { sets: { code: string; name: string }[] }) {
  const t = useT();
  const toast = useToast();
  const router = useRouter();
  const [code, setCode] = useState('');
  const [withdrawals, setWithdrawals] = useState(false);
  const [reason, setReason] = useState('');
  const [error, setError] = useState<string>();
  const [asks, setAsks] = useState(false);
  const call = useCall(haltTrading);
  const ask = (event: FormEvent) => {
    event.preventDefault();
    const missing = reason.trim() === '';
    setError(missing ? t('operator.reasonMissing') : undefined);
    call.clear();
    setAsks(!missing);
  };
  const halt = async () => {
    const made = await call.run({ ...(code && { setCode: code }), withdrawals, reason: reason.trim() });
    if (!made) return;
    setAsks(false);
    setReason('');
    toast({ tone: 'good', text: t('operator.halted') });
    router.refresh();
  };
  return (
    <form className="panel stack operator-narrow" onSubmit={ask} noValidate>
      <div className="stack-s">
        <h2>{t('operator.haltTitle')}</h2>
        <p className="soft">{t('operator.haltText')}</p>
      </div>
      <Select
        label={t('operator.scope')}
        value={code}
        onChange={(event) => setCode(event.target.value)}
        options={[
          { value: '', label: t('operator.scopeAll') },
          ...sets.map((set) => ({ value: set.code, label: t('operator.scopeSet', set) })),
        ]}
      />
      <Field
        label={t('operator.reason')}
        hint={t('operator.reasonHint')}
        error={error}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        maxLength={300}
      />
      <label className="check-line">
        <input
          type="checkbox"
          checked={withdrawals}
          onChange={(event) => setWithdrawals(event.target.checked)}
        />
        {t('operator.withdrawalsToo')}
      </label>
      <div className="row">
        <Button type="submit" variant="danger">
          {t('operator.halt')}
        </Button>
      </div>
      <Dialog
        open={asks}
        onClose={() => setAsks(false)}
        title={t('operator.haltAsk', { what: code || t('operator.everything') })}
        actions={
          <Button variant="danger" busy={call.busy} onClick={() => void halt()}>
            {t('operator.halt')}
          </Button>
        }
      >
        <p>{t('operator.haltAskText', { reason: reason.trim() })}</p>
        {withdrawals && <p>{t('halted.withdrawals')}</p>}
        {call.error && (
          <div role="alert">
            <Notice tone="bad">{call.error}</Notice>
          </div>
        )}
      </Dialog>
    </form>
  );
}
