import Link from 'next/link';
import { getT } from '../i18n/server.ts';

/** The foot of every page. */
export async function Footer() {
  const t = await getT();
  return (
    <footer className="footer">
      <div className="wrap spread">
        <p className="small soft">{t('nav.footer')}</p>
        <nav className="row small" aria-label="ECE">
          <a href="/docs">{t('nav.docs')}</a>
          <a href="/docs/status">{t('nav.status')}</a>
          <Link href="/gallery" prefetch={false}>
            {t('nav.gallery')}
          </Link>
        </nav>
      </div>
    </footer>
  );
}
