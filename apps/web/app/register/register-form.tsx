'use client';

import '../sign-in/auth.css';
import { Notice } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { Field } from '@ece/ui/field';
import Link from 'next/link';
import { type FormEvent, useState } from 'react';
import { useCall } from '../../data/use-call.ts';
import { useT } from '../../i18n/client.tsx';
import type { MessageKey } from '../../i18n/translate.ts';

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
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const handle = String(form.get('handle')).trim();
    const account: Account = {
      email: String(form.get('email')).trim(),
      password: String(form.get('password')),
      ...(handle && { handle }),
    };
    const found = faultsOf(account);
    setFaults(found);
    if (Object.keys(found).length > 0) return;
    if (await register.run(account)) location.assign(next);
  };
  const say = (key: MessageKey | undefined) => key && t(key);
  return (
    <div className="wrap auth">
      <form className="panel stack auth-form" onSubmit={submit} noValidate>
        <div>
          <h1>{t('auth.registerTitle')}</h1>
          <p className="soft">{t('auth.registerLead')}</p>
        </div>
        {register.error && (
          <div role="alert">
            <Notice tone="bad">{register.error}</Notice>
          </div>
        )}
        <Field
          label={t('auth.email')}
          name="email"
          type="email"
          autoComplete="username"
          error={say(faults.email)}
        />
        <Field
          label={t('auth.password')}
          name="password"
          type="password"
          autoComplete="new-password"
          hint={t('auth.passwordHint')}
          error={say(faults.password)}
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
        <Button type="submit" variant="primary" size="large" wide busy={register.busy}>
          {t('auth.register')}
        </Button>
        <p className="small">
          <Link href={`/sign-in?next=${encodeURIComponent(next)}`}>{t('auth.toSignIn')}</Link>
        </p>
      </form>
    </div>
  );
}

const makeAccount: Parameters<typeof useCall<Account, object>>[0] = (ece, account) =>
  ece.auth.register(account);
