import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CatalogueIssue } from '@ece/nfts';
import { CLI } from '@ece/platform/audit/audit';
import { type Operator, withOperator } from '../operator.ts';
import { createProgress, type Progress } from '../progress.ts';
import { type CommonOptions, fail, settings } from './settings.ts';

interface ImportOptions extends CommonOptions {
  art: string;
  dryRun?: boolean;
  creator?: string;
}

/** Artwork files that are stored at the same time. */
const AT_ONCE = 16;
const MOST_ISSUES_SHOWN = 100;
const ARTWORK = /\.(svg|png|jpe?g|webp)$/i;

/** `ece cards import`: stores the artwork, then imports every row or reports every bad one. */
export async function importCards(file: string, options: ImportOptions): Promise<void> {
  const config = settings(options);
  if (!existsSync(file)) fail(`There is no file ${file}.`);
  if (!existsSync(options.art)) fail(`There is no folder ${options.art}.`);
  const csv = readFileSync(file, 'utf8');
  const progress = createProgress(process.stderr);
  const result = await withOperator(config, async (operator) => {
    const creatorId = await creatorOf(operator, options.creator);
    progress.step('Storing the artwork');
    const artwork = await storeArtwork(operator, options.art, progress);
    progress.step(options.dryRun ? 'Checking the catalogue' : 'Importing the catalogue');
    const imported = await operator.peers.nfts.importCatalogue({
      csv,
      artwork,
      creatorId,
      dryRun: options.dryRun,
      by: CLI,
    });
    progress.done();
    return imported;
  });
  if (!result.ok)
    fail(describeRefusal(result.error.data?.issues as CatalogueIssue[] | undefined, result.error.detail));
  const { sets, cards, dryRun } = result.value;
  console.log(
    dryRun
      ? `The catalogue is right: ${cards} cards, ${sets} new sets. Nothing was imported.`
      : `Imported ${cards} cards and ${sets} new sets.`,
  );
}

/** Handle of the account that ECE_ADMIN_EMAIL makes. */
const FIRST_ADMIN = 'operator';

async function creatorOf({ peers, resources }: Operator, handle = FIRST_ADMIN): Promise<string> {
  const user = await peers.users.byHandle(handle);
  if (user) return user.id;
  const { adminEmail: email, adminPassword: password } = resources.config;
  if (handle !== FIRST_ADMIN || !email || !password) {
    fail(`There is nobody with the handle ${handle}. Name the creator of the sets with --creator.`);
  }
  return await peers.auth.ensureAccount({ email, password, handle, role: 'admin' }, CLI);
}

/** Puts every image of a folder into the content store. Gives CIDs by file name. */
async function storeArtwork(
  { resources }: Operator,
  folder: string,
  progress: Progress,
): Promise<Record<string, string>> {
  const content = await resources.content();
  const names = readdirSync(folder).filter((name) => ARTWORK.test(name));
  const artwork: Record<string, string> = {};
  const queue = names.values();
  let done = 0;
  const worker = async () => {
    for (const name of queue) {
      artwork[name] = (await content.put(readFileSync(join(folder, name)))).cid;
      progress.update(++done, names.length, 'files');
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return artwork;
}

function describeRefusal(issues: CatalogueIssue[] | undefined, detail: string | undefined): string {
  if (!issues) return detail ?? 'The catalogue cannot be imported.';
  const shown = issues.slice(0, MOST_ISSUES_SHOWN).map(({ line, message }) => `  line ${line}: ${message}`);
  const rest = issues.length - shown.length;
  return [
    `The catalogue has ${issues.length} errors; nothing was imported.`,
    ...shown,
    ...(rest > 0 ? [`  … and ${rest} more`] : []),
  ].join('\n');
}
