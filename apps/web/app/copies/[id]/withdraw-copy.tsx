'use client';

import type { Ece } from '@ece/sdk/browser';
import { Notice } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { Dialog } from '@ece/ui/dialog';
import { useToast } from '@ece/ui/toast';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useCall } from '../../../data/use-call.ts';
import { useT } from '../../../i18n/client.tsx';
import { isAddress } from '../../../parts/address.ts';
import { AddressField } from '../../../parts/address-field.tsx';

const send = (ece: Ece, input: { id: string; address: string }, idempotencyKey: string) =>
  ece.nfts.withdrawCopy(input, { idempotencyKey });

/** Sends a copy to a wallet outside, after its address has been looked at once more. */
export function WithdrawCopy({ id, name }: { id: string; name: string }) {
  const t = useT();
  const toast = useToast();
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const [fault, setFault] = useState<string>();
  const [isAsked, setAsked] = useState(false);
  const call = useCall(send);
  const address = typed.trim();
  const change = (next: string) => {
    setTyped(next);
    setAsked(false);
    setFault(undefined);
  };
  const go = async () => {
    if (!isAddress(address)) return setFault(t('errors.invalid_address'));
    if (!isAsked) return setAsked(true);
    if (!(await call.run({ id, address }))) return;
    setOpen(false);
    toast({ tone: 'good', text: t('takeOut.sent') });
    router.refresh();
  };
  return (
    <>
      <Button wide onClick={() => setOpen(true)}>
        {t('takeOut.takeOut')}
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title={t('takeOut.title', { name })}
        actions={
          <Button variant="primary" busy={call.busy} onClick={() => void go()}>
            {t(isAsked ? 'takeOut.confirm' : 'takeOut.next')}
          </Button>
        }
      >
        <p className="small soft">{t('takeOut.text')}</p>
        <AddressField value={typed} onChange={change} error={fault} />
        {isAsked && (
          <div role="status">
            <Notice tone="warn">
              {t('takeOut.check')} <code>{address}</code>
            </Notice>
          </div>
        )}
        {call.error && (
          <div role="alert">
            <Notice tone="bad">{call.error}</Notice>
          </div>
        )}
      </Dialog>
    </>
  );
}
