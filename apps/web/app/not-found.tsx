import { buttonClass } from '@ece/ui/button-class';
import { EmptyState } from '@ece/ui/states';
import Link from 'next/link';
import { getT } from '../i18n/server.ts';

/** There is no such page, or what it was about is not there. */
export default async function NotFound() {
  const t = await getT();
  return (
    <div className="wrap section">
      <EmptyState
        page
        title={t('states.notFoundTitle')}
        action={
          <Link href="/" className={buttonClass({ variant: 'primary' })}>
            {t('states.toHome')}
          </Link>
        }
      >
        {t('states.notFoundText')}
      </EmptyState>
    </div>
  );
}
