'use client';

import type { Ece } from '@ece/sdk/browser';
import { Notice } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { useUi } from '@ece/ui/context';
import { Dialog } from '@ece/ui/dialog';
import { MoneyField } from '@ece/ui/field';
import { formatAmount } from '@ece/ui/money';
import { useToast } from '@ece/ui/toast';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { useCall } from '../../data/use-call.ts';
import { useT } from '../../i18n/client.tsx';
import { isAddress } from '../../parts/address.ts';
import { AddressField } from '../../parts/address-field.tsx';
import { isLess, readAmount } from '../../parts/money.ts';

interface Withdrawal {
  amount: string;
  address: string;
}

const send = (ece: Ece, input: Withdrawal, idempotencyKey: string) =>
  ece.wallet.withdraw(input, { idempotencyKey });

/** Sends money to a wallet outside, after it has been looked at once more. */
export function Withdraw({ available }: { available: string }) {
  const t = useT();
  const toast = useToast();
  const router = useRouter();
  const { locale } = useUi();
  const [amountText, setAmountText] = useState('');
  const [address, setAddress] = useState('');
  const [faults, setFaults] = useState<{ amount?: string; address?: string }>({});
  const [asked, setAsked] = useState<Withdrawal>();
  const call = useCall(send);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const amount = readAmount(amountText);
    const found = {
      ...(!amount && { amount: t('wallet.notMoney') }),
      ...(amount && isLess(available, amount) && { amount: t('wallet.tooMuch') }),
      ...(!isAddress(address.trim()) && { address: t('errors.invalid_address') }),
    };
    setFaults(found);
    if (amount && Object.keys(found).length === 0) setAsked({ amount, address: address.trim() });
  };
  const confirm = async () => {
    if (!asked || !(await call.run(asked))) return;
    setAsked(undefined);
    setAmountText('');
    setAddress('');
    toast({ tone: 'good', text: t('wallet.withdrawn') });
    router.refresh();
  };
  return (
    <>
      <form className="stack" onSubmit={submit} noValidate>
        <MoneyField
          label={t('wallet.amount')}
          value={amountText}
          onChange={(event) => setAmountText(event.target.value)}
          error={faults.amount}
        />
        <AddressField value={address} onChange={setAddress} error={faults.address} />
        <Button type="submit">{t('wallet.withdraw')}</Button>
      </form>
      <Dialog
        open={asked !== undefined}
        onClose={() => setAsked(undefined)}
        title={t('wallet.confirmTitle')}
        actions={
          <Button variant="primary" busy={call.busy} onClick={() => void confirm()}>
            {t('wallet.confirm', { amount: asked ? formatAmount(asked.amount, locale) : '' })}
          </Button>
        }
      >
        <p>{t('wallet.confirmText')}</p>
        <code>{asked?.address}</code>
        {call.error && (
          <div role="alert">
            <Notice tone="bad">{call.error}</Notice>
          </div>
        )}
      </Dialog>
    </>
  );
}
