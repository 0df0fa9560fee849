import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { EmbeddedPostgresError } from '../embedded/postgres.ts';
import { removeStack } from '../embedded/stack.ts';
import { type CommonOptions, fail, settings } from './settings.ts';

/** `ece reset`: deletes everything embedded, after asking. */
export async function reset(options: CommonOptions & { yes?: boolean }): Promise<void> {
  const config = settings(options);
  const folder = resolve(config.dataDir);
  if (!options.yes) {
    if (!process.stdin.isTTY) fail('This deletes the whole exchange. Say so with --yes.');
    const terminal = createInterface({ input: process.stdin, output: process.stdout });
    const answer = await terminal.question(
      `This deletes the database, the chain, the content and the keys in ${folder}. Type "delete" to do it: `,
    );
    terminal.close();
    if (answer.trim() !== 'delete') fail('Nothing was deleted.');
  }
  try {
    await removeStack(config);
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) fail(`Nothing was deleted: ${error.message}`);
    throw error;
  }
  console.log(`Deleted. The next start makes a new exchange in ${folder}.`);
}
