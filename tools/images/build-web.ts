/** Builds the pages in an image, as its role `web` would at its start, and makes sure that it will not any more. */
import { buildWeb } from '../../server/web/build.ts';

await buildWeb({ root: process.cwd() });
// The builder must not have touched what the pages are made from.
if ((await buildWeb({ root: process.cwd() })).fresh)
  throw new Error('the pages would be built again at the start');
