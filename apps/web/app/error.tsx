'use client';

import { Button } from '@ece/ui/button';
import { ErrorState } from '@ece/ui/states';
import { useRouter } from 'next/navigation';
import { startTransition } from 'react';
import { useT } from '../i18n/client.tsx';

/** A page could not be made, e.g. because a part of the exchange does not answer. */
export default function PageError({ reset }: { error: Error; reset(): void }) {
  const t = useT();
  const router = useRouter();
  const again = () =>
    startTransition(() => {
      router.refresh();
      reset();
    });
  return (
    <div className="wrap section">
      <ErrorState
        page
        title={t('states.errorTitle')}
        action={
          <Button variant="primary" onClick={again}>
            {t('states.retry')}
          </Button>
        }
      >
        {t('states.errorText')}
      </ErrorState>
    </div>
  );
}
