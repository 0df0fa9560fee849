import { operations } from '@ece/contract';
import { callTable } from '@ece/sdk';

/** @type {import('next').NextConfig} */
export default {
  distDir: process.env.ECE_WEB_DIST ?? '.next/dev',
  transpilePackages: ['@ece/contract', '@ece/sdk', '@ece/ui'],
  // `npm run typecheck` does it, with the compiler of the whole project.
  typescript: { ignoreBuildErrors: true },
  env: { ECE_CALLS: JSON.stringify(callTable(operations)) },
  poweredByHeader: false,
  devIndicators: false,
};
