import type { MetadataRoute } from 'next';
import { siteUrl } from '../data/site-url.ts';

/**
 * robots.txt (RFC 9309). Pages of one person need no rule: whoever is not signed in is led to the sign-in. The gallery
 * shows what the site is made of, not what it is about.
 */
export default async function robots(): Promise<MetadataRoute.Robots> {
  return {
    rules: { userAgent: '*', allow: '/', disallow: ['/api/', '/gallery'] },
    sitemap: `${await siteUrl()}/sitemap.xml`,
  };
}
