'use client';

import type { Ece } from '@ece/sdk/browser';
import { Notice } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { useUi } from '@ece/ui/context';
import { Dialog } from '@ece/ui/dialog';
import { MoneyField } from '@ece/ui/field';
import { formatAmount } from '@ece/ui/money';
import { useToast } from '@ece/ui/toast';
import { type FormEvent, useState } from 'react';
import { useT } from '../../i18n/client.tsx';
import { readAmount } from '../../parts/money.ts';
import { OwnWallet } from '../../parts/own-wallet.tsx';
import { payInBy, usePayIn } from '../../wallets/use-pay-in.ts';
import { useWallets } from '../../wallets/use-wallets.ts';

const pay = payInBy((ece: Ece, input: { from: string; amount: string }) => ece.wallet.prepareDeposit(input));

/** Adds money from a wallet of this browser, which signs for it. */
export function PayIn() {
  const t = useT();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t('payIn.open')}</Button>
      <Dialog open={open} onClose={() => setOpen(false)} title={t('payIn.title')}>
        <PayInForm onSent={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function PayInForm({ onSent }: { onSent(): void }) {
  const t = useT();
  const toast = useToast();
  const { locale } = useUi();
  const { proven } = useWallets();
  const [text, setText] = useState('');
  const [fault, setFault] = useState<string>();
  const { run, busy, error } = usePayIn(pay);
  const amount = readAmount(text);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setFault(amount ? undefined : t('wallet.notMoney'));
    if (!amount || !proven || !(await run({ from: proven.address, amount }))) return;
    onSent();
    toast({ tone: 'good', text: t('payIn.sent') });
  };
  return (
    <form className="stack" onSubmit={(event) => void submit(event)} noValidate>
      <p className="small soft">{t('payIn.text')}</p>
      <OwnWallet />
      {proven && (
        <>
          <MoneyField
            label={t('wallet.amount')}
            value={text}
            onChange={(event) => setText(event.target.value)}
            error={fault}
          />
          {!proven.signsTransactions && <Notice tone="bad">{t('payIn.cannotSign')}</Notice>}
          {error && (
            <div role="alert">
              <Notice tone="bad">{error}</Notice>
            </div>
          )}
          <Button type="submit" variant="primary" wide busy={busy} disabled={!proven.signsTransactions}>
            {amount ? t('payIn.pay', { amount: formatAmount(amount, locale) }) : t('payIn.payNothing')}
          </Button>
        </>
      )}
    </form>
  );
}
