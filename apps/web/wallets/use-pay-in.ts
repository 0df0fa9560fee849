'use client';

import type { Ece } from '@ece/sdk/browser';
import { useState } from 'react';
import { useCall } from '../data/use-call.ts';
import { useT } from '../i18n/client.tsx';
import { type Signable, signTransaction } from './use-wallets.ts';

/** A call that has a connected wallet send something in; gives undefined where the wallet did not sign. */
type PayIn<I> = (ece: Ece, input: I) => Promise<{ signature: string } | { signature: undefined }>;

/** Makes the call for what an exchange's call prepares. */
export function payInBy<I>(prepare: (ece: Ece, input: I) => Promise<Signable>): PayIn<I> {
  return async (ece, input) => {
    const transaction = await signTransaction(await prepare(ece, input));
    return transaction ? await ece.wallet.sendDeposit({ transaction }) : { signature: undefined };
  };
}

/** Sends something in from the connected wallet; `run` tells whether it is on its way. */
export function usePayIn<I>(payIn: PayIn<I>) {
  const t = useT();
  const call = useCall(payIn);
  const [isDeclined, setDeclined] = useState(false);
  const run = async (input: I) => {
    setDeclined(false);
    const answer = await call.run(input);
    setDeclined(answer !== undefined && !answer.signature);
    return answer?.signature !== undefined;
  };
  return { run, busy: call.busy, error: isDeclined ? t('payIn.declined') : call.error };
}
