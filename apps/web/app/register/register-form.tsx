'use client';

import { Field } from '@ece/ui/field';
import { useState } from 'react';
import { useCall } from '../../data/use-call.ts';
import { useT } from '../../i18n/client.tsx';
import type { MessageKey } from '../../i18n/translate.ts';
import { AuthForm, Credentials } from '../sign-in/auth-form.tsx';

interface Account {
  email: string;
  password: string;
  handle?: string;
}

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const HANDLE = /^[a-z0-9][a-z0-9_]{1,28}[a-z0-9]$/;
const SHORTEST_PASSWORD = 10;

/** What is wrong with each field; the exchange has the last word. */
function faultsOf({ email, password, handle }: Account): Partial<Record<keyof Account, MessageKey>> {
  return {
    ...(!EMAIL.test(email) && { email: 'auth.emailBad' }),
    ...(password.length < SHORTEST_PASSWORD && { password: 'auth.passwordShort' }),
    ...(handle && !HANDLE.test(handle) && { handle: 'auth.handleBad' }),
  };
}

/** E-mail, password and, if wanted, a handle. */
export function RegisterForm({ next }: { next: string }) {
  const t = useT();
  const [faults, setFaults] = useState<ReturnType<typeof faultsOf>>({});
  const register = useCall(makeAccount);
  const submit = async ({ email = '', password = '', handle }: Record<string, string>) => {
    const account: Account = { email, password, ...(handle && { handle }) };
    const found = faultsOf(account);
    setFaults(found);
    if (Object.keys(found).length > 0) return;
    if (await register.run(account)) location.assign(next);
  };
  const say = (key: MessageKey | undefined) => key && t(key);
  return (
    <AuthForm
      title={t('auth.registerTitle')}
      lead={t('auth.registerLead')}
      action={t('auth.register')}
      call={register}
      other={{ href: `/sign-in?next=${encodeURIComponent(next)}`, label: t('auth.toSignIn') }}
      onSubmit={submit}
    >
      <Credentials
        fresh
        hint={t('auth.passwordHint')}
        faults={{ email: say(faults.email), password: say(faults.password) }}
      />
      <Field
        label={t('auth.handle')}
        name="handle"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        hint={t('auth.handleHint')}
        error={say(faults.handle)}
      />
    </AuthForm>
  );
}

const makeAccount: Parameters<typeof useCall<Account, object>>[0] = (ece, account) =>
  ece.auth.register(account);
