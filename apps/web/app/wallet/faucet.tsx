'use client';

import { type Ece, EceError } from '@ece/sdk/browser';
import { Notice } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { useToast } from '@ece/ui/toast';
import { useRouter } from 'next/navigation';
import { useCall } from '../../data/use-call.ts';
import { useT } from '../../i18n/client.tsx';

/** What one press asks for, in USDC. */
const AMOUNT = '1000';

const ask = (ece: Ece, amount: string, idempotencyKey: string) =>
  ece.wallet.faucet({ amount }, { idempotencyKey });

/** Test money, where the exchange gives any. */
export function Faucet() {
  const t = useT();
  const toast = useToast();
  const router = useRouter();
  const faucet = useCall(ask);
  const press = async () => {
    if (!(await faucet.run(AMOUNT))) return;
    toast({ tone: 'info', text: t('wallet.faucetSent') });
    router.refresh();
  };
  if (faucet.refusal instanceof EceError && faucet.refusal.code === 'faucet_disabled') {
    return <p className="small soft">{faucet.error}</p>;
  }
  return (
    <div className="stack-s">
      {faucet.error && <Notice tone="bad">{faucet.error}</Notice>}
      <Button busy={faucet.busy} onClick={() => void press()}>
        {t('wallet.faucet')}
      </Button>
    </div>
  );
}
