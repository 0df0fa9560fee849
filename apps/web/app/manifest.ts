import type { MetadataRoute } from 'next';
import { getT } from '../i18n/server.ts';

/** The web app manifest, by which the site can be put on a home screen. */
export default async function manifest(): Promise<MetadataRoute.Manifest> {
  const t = await getT();
  return {
    name: t('home.title'),
    short_name: 'ECE',
    description: t('home.description'),
    start_url: '/',
    display: 'standalone',
    background_color: '#0b0e0d',
    theme_color: '#0b0e0d',
    icons: [{ src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' }],
  };
}
