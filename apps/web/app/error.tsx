'use client';

import { Button } from '@ece/ui/button';
import { ErrorState } from '@ece/ui/states';
import { useRouter } from 'next/navigation';
import { useEffect, useTransition } from 'react';
import { tellError } from '../data/report-error.ts';
import { useRetries } from '../data/use-retries.ts';
import { useT } from '../i18n/client.tsx';

/** A page could not be made, e.g. because a part of the exchange does not answer; it comes back by itself. */
export default function PageError({ error, reset }: { error: Error; reset(): void }) {
  const t = useT();
  const router = useRouter();
  const [isTrying, startTransition] = useTransition();
  const again = () =>
    startTransition(() => {
      router.refresh();
      reset();
    });
  useEffect(() => tellError(error), [error]);
  useRetries(error, isTrying, again);
  return (
    <div className="wrap section">
      <ErrorState
        page
        title={t('states.errorTitle')}
        action={
          <Button variant="primary" busy={isTrying} onClick={again}>
            {t('states.retry')}
          </Button>
        }
      >
        {t('states.errorText')}
      </ErrorState>
    </div>
  );
}
