'use client';

import type { Ece } from '@ece/sdk/browser';
import { Notice } from '@ece/ui/badge';
import { Field } from '@ece/ui/field';
import { RelativeTime } from '@ece/ui/time';
import { useState } from 'react';
import type { Halt } from '../../../data/types.ts';
import { useT } from '../../../i18n/client.tsx';
import { Act } from '../act.tsx';

const resume = (ece: Ece, input: { setCode?: string; reason?: string }) => ece.admin.resume(input);

/** The halts in force, each with its end. */
export function InForce({ halts, isAdmin }: { halts: Halt[]; isAdmin: boolean }) {
  const t = useT();
  if (halts.length === 0) return <Notice tone="good">{t('operator.noneInForce')}</Notice>;
  return (
    <div className="panel">
      {halts.map((halt) => (
        <HaltRow key={halt.id} halt={halt} isAdmin={isAdmin} />
      ))}
    </div>
  );
}

function HaltRow({ halt, isAdmin }: { halt: Halt; isAdmin: boolean }) {
  const t = useT();
  const [reason, setReason] = useState('');
  const { setCode, reason: given, withdrawals, at } = halt;
  const what = setCode ?? t('operator.everything');
  const word = reason.trim();
  return (
    <div className="halt-row">
      <div>
        <strong>{setCode ? t('halted.set', { set: setCode }) : t('halted.all')}</strong> <q>{given}</q>
        <p className="small soft">
          {t('halted.since')} <RelativeTime at={at} />
          {withdrawals && ` · ${t('halted.withdrawals')}`}
        </p>
      </div>
      {isAdmin && (
        <Act
          label={t('operator.resume')}
          title={t('operator.resumeAsk', { what })}
          call={resume}
          input={() => ({ ...(setCode && { setCode }), ...(word !== '' && { reason: word }) })}
          done={t('operator.resumed')}
        >
          {() => (
            <>
              <p>{t('operator.resumeText')}</p>
              <Field
                label={t('operator.resumeReason')}
                value={reason}
                onChange={(event) => setReason(event.target.value)}
                maxLength={300}
              />
            </>
          )}
        </Act>
      )}
    </div>
  );
}
