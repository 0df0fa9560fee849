'use client';

import './auth.css';
import { Notice } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { Field } from '@ece/ui/field';
import Link from 'next/link';
import { type FormEvent, useState } from 'react';
import { useCall } from '../../data/use-call.ts';
import { useT } from '../../i18n/client.tsx';

/** E-mail and password. */
export function SignInForm({ next }: { next: string }) {
  const t = useT();
  const [missing, setMissing] = useState<Record<string, boolean>>({});
  const login = useCall(logIn);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const credentials = { email: String(form.get('email')).trim(), password: String(form.get('password')) };
    const empty = { email: !credentials.email, password: !credentials.password };
    setMissing(empty);
    if (empty.email || empty.password) return;
    // A whole new page, so that everything on it is this account's.
    if (await login.run(credentials)) location.assign(next);
  };
  return (
    <div className="wrap auth">
      <form className="panel stack auth-form" onSubmit={submit} noValidate>
        <div>
          <h1>{t('auth.signInTitle')}</h1>
          <p className="soft">{t('auth.signInLead')}</p>
        </div>
        {login.error && (
          <div role="alert">
            <Notice tone="bad">{login.error}</Notice>
          </div>
        )}
        <Field
          label={t('auth.email')}
          name="email"
          type="email"
          autoComplete="username"
          error={missing.email && t('auth.required')}
        />
        <Field
          label={t('auth.password')}
          name="password"
          type="password"
          autoComplete="current-password"
          error={missing.password && t('auth.required')}
        />
        <Button type="submit" variant="primary" size="large" wide busy={login.busy}>
          {t('auth.signIn')}
        </Button>
        <p className="small">
          <Link href={`/register?next=${encodeURIComponent(next)}`}>{t('auth.toRegister')}</Link>
        </p>
      </form>
    </div>
  );
}

const logIn: Parameters<typeof useCall<{ email: string; password: string }, object>>[0] = (ece, input) =>
  ece.auth.login(input);
