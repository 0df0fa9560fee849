'use client';

import './account.css';
import type { Ece } from '@ece/sdk/browser';
import { Notice } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { Field, TextArea } from '@ece/ui/field';
import { useToast } from '@ece/ui/toast';
import { useRouter } from 'next/navigation';
import type { FormEvent } from 'react';
import type { OwnProfile } from '../../data/types.ts';
import { useCall } from '../../data/use-call.ts';
import { useT } from '../../i18n/client.tsx';

interface Changes {
  handle: string;
  displayName: string;
  bio: string;
}

const save = (ece: Ece, changes: Changes) => ece.users.updateMe(changes);

/** Handle, name and a few words. */
export function ProfileForm({ me }: { me: OwnProfile }) {
  const t = useT();
  const toast = useToast();
  const router = useRouter();
  const call = useCall(save);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name)).trim();
    if (!(await call.run({ handle: text('handle'), displayName: text('displayName'), bio: text('bio') })))
      return;
    toast({ tone: 'good', text: t('account.saved') });
    router.refresh();
  };
  return (
    <form className="panel stack account" onSubmit={submit} noValidate>
      <h2>{t('account.profile')}</h2>
      {call.error && (
        <div role="alert">
          <Notice tone="bad">{call.error}</Notice>
        </div>
      )}
      <Field label={t('account.name')} name="displayName" defaultValue={me.displayName} maxLength={60} />
      <Field
        label={t('account.handle')}
        name="handle"
        defaultValue={me.handle}
        hint={t('account.handleHint')}
        autoCapitalize="none"
        spellCheck={false}
      />
      <TextArea label={t('account.bio')} name="bio" defaultValue={me.bio} maxLength={500} />
      <div className="row">
        <Button type="submit" variant="primary" busy={call.busy}>
          {t('account.save')}
        </Button>
      </div>
    </form>
  );
}
