'use client';

import './mail.css';
import type { Ece } from '@ece/sdk/browser';
import { Notice } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { useToast } from '@ece/ui/toast';
import { useState } from 'react';
import type { MailPreference, NotificationType } from '../../../data/types.ts';
import { useCall } from '../../../data/use-call.ts';
import { useT } from '../../../i18n/client.tsx';
import { NOTIFICATION_GROUPS } from '../../../parts/notification.ts';

const groups = Object.entries(NOTIFICATION_GROUPS) as [
  keyof typeof NOTIFICATION_GROUPS,
  readonly NotificationType[],
][];

/** What differs from the defaults is named; everything else follows them, also when they change. */
const save = (ece: Ece, preferences: MailPreference[]) =>
  ece.notifications.setPreferences({
    items: preferences
      .filter(({ mail, default: byDefault }) => mail !== byDefault)
      .map(({ type, mail }) => ({ type, mail })),
  });

/** Chooses for each type whether it comes by mail. */
export function MailForm({ first }: { first: MailPreference[] }) {
  const t = useT();
  const toast = useToast();
  const [kept, setKept] = useState(first);
  const [chosen, setChosen] = useState(first);
  const saving = useCall(save);
  const byType = new Map(chosen.map((preference) => [preference.type, preference]));
  const isChanged = chosen.some(({ mail }, index) => mail !== kept[index]!.mail);
  const choose = (type: NotificationType, mail: boolean) =>
    setChosen((all) => all.map((each) => (each.type === type ? { ...each, mail } : each)));
  const submit = async () => {
    const answer = await saving.run(chosen);
    if (!answer) return;
    setKept(answer.items);
    setChosen(answer.items);
    toast({ tone: 'good', text: t('notifications.saved') });
  };
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div className="mail-groups">
        {groups.map(([group, types]) => (
          <fieldset key={group} className="panel mail-group">
            <legend>{t(`notifications.${group}`)}</legend>
            {types.map((type) => (
              <label key={type} className="mail-choice">
                <input
                  type="checkbox"
                  checked={byType.get(type)?.mail ?? false}
                  onChange={(event) => choose(type, event.target.checked)}
                />
                {t(`mailFor.${type}`)}
              </label>
            ))}
          </fieldset>
        ))}
      </div>
      {saving.error && (
        <div role="alert">
          <Notice tone="bad">{saving.error}</Notice>
        </div>
      )}
      <div className="row">
        <Button variant="primary" type="submit" busy={saving.busy} disabled={!isChanged}>
          {t('notifications.save')}
        </Button>
        <Button
          variant="quiet"
          disabled={chosen.every(({ mail, default: byDefault }) => mail === byDefault)}
          onClick={() => setChosen((all) => all.map((each) => ({ ...each, mail: each.default })))}
        >
          {t('notifications.defaults')}
        </Button>
      </div>
    </form>
  );
}
