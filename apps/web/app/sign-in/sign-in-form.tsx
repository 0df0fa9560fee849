'use client';

import { useState } from 'react';
import { useCall } from '../../data/use-call.ts';
import { useT } from '../../i18n/client.tsx';
import { AuthForm, Credentials } from './auth-form.tsx';

/** E-mail and password. */
export function SignInForm({ next }: { next: string }) {
  const t = useT();
  const [faults, setFaults] = useState<{ email?: string; password?: string }>({});
  const login = useCall(logIn);
  const submit = async ({ email = '', password = '' }: Record<string, string>) => {
    const found = {
      ...(!email && { email: t('auth.required') }),
      ...(!password && { password: t('auth.required') }),
    };
    setFaults(found);
    if (Object.keys(found).length > 0) return;
    // A whole new page, so that everything on it is this account's.
    if (await login.run({ email, password })) location.assign(next);
  };
  return (
    <AuthForm
      title={t('auth.signInTitle')}
      lead={t('auth.signInLead')}
      action={t('auth.signIn')}
      call={login}
      other={{ href: `/register?next=${encodeURIComponent(next)}`, label: t('auth.toRegister') }}
      onSubmit={submit}
    >
      <Credentials faults={faults} />
    </AuthForm>
  );
}

const logIn: Parameters<typeof useCall<{ email: string; password: string }, object>>[0] = (ece, input) =>
  ece.auth.login(input);
