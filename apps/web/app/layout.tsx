import '@ece/ui/css/tokens.css';
import '@ece/ui/css/base.css';
import '@ece/ui/css/controls.css';
import '@ece/ui/css/pieces.css';
import '@ece/ui/css/card.css';
import '../shell/shell.css';
import { UiProvider } from '@ece/ui/context';
import { ToastProvider } from '@ece/ui/toast';
import type { Metadata, Viewport } from 'next';
import localFont from 'next/font/local';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { haltsInForce, viewer } from '../data/server.ts';
import { MessagesProvider } from '../i18n/client.tsx';
import { getLanguage, getT, pickMessages } from '../i18n/server.ts';
import { FeedProvider } from '../live/feed.tsx';
import { RefreshOn } from '../live/refresh-on.tsx';
import { Footer } from '../shell/footer.tsx';
import { Header } from '../shell/header.tsx';
import { THEME_COOKIE } from '../shell/preferences.ts';
import { ShowAtOnce } from '../shell/show-at-once.tsx';
import { TakeUp } from '../shell/take-up.tsx';

const text = localFont({
  src: '../../../node_modules/@fontsource-variable/archivo/files/archivo-latin-wdth-normal.woff2',
  weight: '100 900',
  declarations: [{ prop: 'font-stretch', value: '62% 125%' }],
  variable: '--font-text',
});
const mono = localFont({
  src: '../../../node_modules/@fontsource-variable/martian-mono/files/martian-mono-latin-wght-normal.woff2',
  weight: '100 800',
  variable: '--font-mono',
  preload: false,
});

/** Messages that components of every page say in the browser. */
const EVERYWHERE = ['ui', 'nav', 'search', 'live', 'rarity', 'card', 'lot', 'states', 'errors'] as const;

export async function generateMetadata(): Promise<Metadata> {
  const t = await getT();
  return {
    title: { default: t('home.title'), template: '%s · ECE' },
    description: t('home.description'),
    icons: { icon: '/icon.svg' },
  };
}

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f4f5f2' },
    { media: '(prefers-color-scheme: dark)', color: '#0b0e0d' },
  ],
};

/** The frame of every page: language, theme, clock, feed, header and footer. */
export default async function Layout({ children }: { children: ReactNode }) {
  const [language, messages, me, t, jar, halts] = await Promise.all([
    getLanguage(),
    pickMessages(EVERYWHERE),
    viewer(),
    getT(),
    cookies(),
    haltsInForce(),
  ]);
  const chosen = jar.get(THEME_COOKIE)?.value;
  const theme = chosen === 'dark' || chosen === 'light' ? chosen : undefined;
  return (
    <html lang={language} className={`${text.variable} ${mono.variable}`} data-theme={theme}>
      <body>
        <ShowAtOnce />
        <UiProvider locale={language} words={messages.ui!} renderedAt={Date.now()}>
          <MessagesProvider messages={messages}>
            <FeedProvider>
              <ToastProvider>
                <a className="skip button button-primary" href="#content">
                  {t('nav.skip')}
                </a>
                {me && <RefreshOn topic={`user:${me.id}`} />}
                <Header me={me} theme={theme} halts={halts} />
                <main id="content">{children}</main>
                <Footer />
                <TakeUp />
              </ToastProvider>
            </FeedProvider>
          </MessagesProvider>
        </UiProvider>
      </body>
    </html>
  );
}
