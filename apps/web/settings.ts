/** What the web app is given when it is built and started; nothing else here reads the environment. */

import type { CallTable } from '@ece/sdk/browser';

/** The calls of the API, put into the scripts when they are built. */
export const calls = (): CallTable => JSON.parse(process.env.ECE_CALLS ?? '{}') as CallTable;

/** The name of the build, put into its scripts. */
export const release = (): string => process.env.ECE_RELEASE ?? 'dev';

/** The folder of the build that is served. */
export const buildFolder = (): string => process.env.ECE_WEB_DIST ?? '.next/dev';

/** Where the server side reaches the gateway. */
export const apiUrl = (): string => process.env.ECE_WEB_API_URL ?? 'http://127.0.0.1:3000';

/** Shown to the gateway by the server side, which then counts the calls as its own; never in the browser. */
export const pagesSecret = (): string => process.env.ECE_WEB_SECRET ?? '';
