/** Builds the pages in an image, as its role `web` would at its start, and makes sure that it will not any more. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildWeb } from '../../server/web/build.ts';

const { dist } = await buildWeb({ root: process.cwd() });
// When it was built is no part of what was built.
const date = new Date(Number(process.env.SOURCE_DATE_EPOCH ?? 0) * 1000).toISOString();
writeFileSync(join('apps/web', dist, 'complete'), `${date}\n`);
// The builder must not have touched what the pages are made from.
if ((await buildWeb({ root: process.cwd() })).fresh)
  throw new Error('the pages would be built again at the start');
