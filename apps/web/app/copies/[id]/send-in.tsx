'use client';

import type { Ece } from '@ece/sdk/browser';
import { Notice } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { Dialog } from '@ece/ui/dialog';
import { useToast } from '@ece/ui/toast';
import { useState } from 'react';
import { useT } from '../../../i18n/client.tsx';
import { OwnWallet } from '../../../parts/own-wallet.tsx';
import { payInBy, usePayIn } from '../../../wallets/use-pay-in.ts';
import { useWallets } from '../../../wallets/use-wallets.ts';

const sendIn = payInBy((ece: Ece, input: { id: string; from: string }) => ece.nfts.prepareCopyDeposit(input));

/** Brings a copy back from a wallet of this browser, which signs for it. */
export function SendIn({ id, name }: { id: string; name: string }) {
  const t = useT();
  const toast = useToast();
  const { proven } = useWallets();
  const [open, setOpen] = useState(false);
  const { run, busy, error } = usePayIn(sendIn);
  const send = async () => {
    if (!proven || !(await run({ id, from: proven.address }))) return;
    setOpen(false);
    toast({ tone: 'good', text: t('payIn.cardSent') });
  };
  return (
    <div className="panel stack">
      <p>{t('payIn.outside')}</p>
      <Button wide onClick={() => setOpen(true)}>
        {t('payIn.openCard')}
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title={t('payIn.cardTitle', { name })}
        actions={
          proven && (
            <Button
              variant="primary"
              busy={busy}
              disabled={!proven.signsTransactions}
              onClick={() => void send()}
            >
              {t('payIn.sendCard')}
            </Button>
          )
        }
      >
        <p className="small soft">{t('payIn.cardText')}</p>
        <OwnWallet />
        {proven && !proven.signsTransactions && <Notice tone="bad">{t('payIn.cannotSign')}</Notice>}
        {error && (
          <div role="alert">
            <Notice tone="bad">{error}</Notice>
          </div>
        )}
      </Dialog>
    </div>
  );
}
