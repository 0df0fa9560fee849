import { operations } from '@ece/contract';
import { callTable } from '@ece/sdk';

// Screens of somebody's own: whoever has no session is sent to sign in before anything of them is made.
const OWN = [
  'account',
  'account/:part',
  'notifications',
  'notifications/:part',
  'offers',
  'operator',
  'operator/:part*',
  'orders',
  'portfolio',
  'sell',
  'trades',
  'trades/:id',
  'wallet',
  'watchlist',
];

// The name of the build's sources.
const release = (process.env.ECE_WEB_DIST ?? 'dev').split('/').at(-1);

/** @type {import('next').NextConfig} */
export default {
  distDir: process.env.ECE_WEB_DIST ?? '.next/dev',
  // The same sources have the same name, and not one made up for each build.
  generateBuildId: () => release,
  transpilePackages: ['@ece/contract', '@ece/sdk', '@ece/ui'],
  // `npm run typecheck` does it, with the compiler of the whole project.
  typescript: { ignoreBuildErrors: true },
  env: { ECE_CALLS: JSON.stringify(callTable(operations)), ECE_RELEASE: release },
  redirects: async () =>
    OWN.map((path) => ({
      source: `/${path}`,
      missing: [{ type: 'cookie', key: 'ece_session' }],
      destination: `/sign-in?next=/${path}`,
      permanent: false,
    })),
  poweredByHeader: false,
  devIndicators: false,
};
