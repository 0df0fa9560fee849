'use client';

import './auth.css';
import { Notice } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { Field } from '@ece/ui/field';
import Link from 'next/link';
import type { FormEvent, ReactNode } from 'react';
import type { CallState } from '../../data/use-call.ts';
import { useT } from '../../i18n/client.tsx';

interface AuthFormProps {
  title: string;
  lead: string;
  /** What the button says. */
  action: string;
  call: Pick<CallState<never, unknown>, 'busy' | 'error'>;
  /** The way to the other form. */
  other: { href: string; label: string };
  /** Hears what was typed, by the names of the fields; all but the password without spaces at its ends. */
  onSubmit(typed: Record<string, string>): void;
  children: ReactNode;
}

/** The frame of a form that opens a session: title, refusal, fields, button, and the way to the other one. */
export function AuthForm({ title, lead, action, call, other, onSubmit, children }: AuthFormProps) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const typed = [...new FormData(event.currentTarget)].map(([name, value]) => [
      name,
      name === 'password' ? String(value) : String(value).trim(),
    ]);
    onSubmit(Object.fromEntries(typed));
  };
  return (
    <div className="wrap auth">
      <form className="panel stack auth-form" onSubmit={submit} noValidate>
        <div>
          <h1>{title}</h1>
          <p className="soft">{lead}</p>
        </div>
        {call.error && (
          <div role="alert">
            <Notice tone="bad">{call.error}</Notice>
          </div>
        )}
        {children}
        <Button type="submit" variant="primary" size="large" wide busy={call.busy}>
          {action}
        </Button>
        <p className="small">
          <Link href={other.href}>{other.label}</Link>
        </p>
      </form>
    </div>
  );
}

interface CredentialsProps {
  /** Whether a password is made here, for the browser's password manager. */
  fresh?: boolean;
  hint?: string;
  faults: { email?: string; password?: string };
}

/** The fields for e-mail and password. */
export function Credentials({ fresh, hint, faults }: CredentialsProps) {
  const t = useT();
  return (
    <>
      <Field label={t('auth.email')} name="email" type="email" autoComplete="username" error={faults.email} />
      <Field
        label={t('auth.password')}
        name="password"
        type="password"
        autoComplete={fresh ? 'new-password' : 'current-password'}
        hint={hint}
        error={faults.password}
      />
    </>
  );
}
