import { parseRoles, type RoleName, roleNames } from '../roles.ts';
import { run } from '../run.ts';
import { interruptedSeed, readSeed } from '../seed/state.ts';
import { sign } from '../signing.ts';
import { untilStopped } from './lifecycle.ts';
import { type CommonOptions, fail, settings } from './settings.ts';

/** `ece serve`: serves roles until it is told to stop. */
export async function serve(options: CommonOptions & { roles?: string }): Promise<void> {
  const parsed = parseRoles(options.roles);
  if ('unknown' in parsed) {
    fail(`There is no role ${parsed.unknown.join(', ')}. The roles are ${roleNames.join(', ')}.`);
  }
  const some: RoleName[] = parsed.roles;
  const config = settings(options, { signs: sign(some) });
  if (some.length < roleNames.length && (!config.databaseUrl || !config.chainUrl)) {
    fail(
      'A process with some of the roles needs ECE_DATABASE_URL and ECE_SOLANA_URL, as it shares both with others.',
    );
  }
  const seed = config.databaseUrl ? undefined : readSeed(config);
  if (seed?.state === 'making') fail(interruptedSeed(seed.size));
  await untilStopped(async () => {
    const running = await run({ config, roles: some });
    running.exchange.resources.log.info({ url: running.exchange.url, roles: some }, 'serving');
    return running;
  });
}
