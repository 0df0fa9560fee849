import { WORLD_SIZES } from '@ece/demo/world/index';
import { type Config, fields } from '../config.ts';
import { removeStack, startStack } from '../embedded/stack.ts';
import { type Operator, withOperator } from '../operator.ts';
import { createProgress, type Progress } from '../progress.ts';
import { roleNames } from '../roles.ts';
import { run } from '../run.ts';
import { DEMO_PASSWORD } from '../seed/password.ts';
import { interruptedSeed, readSeed, SEED_SIZES, type SeedSize, seedAdmin, writeSeed } from '../seed/state.ts';
import { formatCosts, keepCosts } from '../step-costs.ts';
import { type CommonOptions, fail, settings } from './settings.ts';

interface SeedOptions extends CommonOptions {
  size: string;
  seed: string;
  replace?: boolean;
  ifEmpty?: boolean;
}

/**
 * `ece seed`: fills an empty exchange with a made-up world, and leaves it stopped. The demo may also go to a database and
 * a local chain that the settings name, beside the processes of an exchange.
 */
export async function seed(options: SeedOptions): Promise<void> {
  const config = settings(options);
  const size = SEED_SIZES.find((each) => each === options.size);
  if (!size) fail(`There is no seed of size ${options.size}. The sizes are ${SEED_SIZES.join(', ')}.`);
  const number = Number(options.seed);
  if (!Number.isSafeInteger(number) || number < 0) fail('The number of a seed is a whole number from 0.');
  if (config.environment !== 'development') {
    fail('A seed makes accounts whose password everybody knows; it is for development installations.');
  }
  const isGiven = config.databaseUrl !== undefined || config.chainUrl !== undefined;
  if (isGiven && (size !== 'demo' || options.replace)) {
    fail('Only the demo, and only without --replace, goes elsewhere than to what is embedded.');
  }
  if (options.replace) await removeStack(config);
  const before = readSeed(config);
  if (before?.state === 'ready' && options.ifEmpty) return console.log(FILLED);
  if (before) fail(before.state === 'making' ? interruptedSeed(before.size) : notEmpty(size));
  const began = performance.now();
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  const progress = keepCosts(createProgress(process.stdout, stopping.signal));
  const admin = seedAdmin(config);
  try {
    const made =
      size === 'demo'
        ? await makeDemo(config, progress, admin)
        : await makeWorld(config, size, number, progress, admin);
    if (!made && options.ifEmpty) return console.log(FILLED);
    if (!made) fail(notEmpty(size));
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    fail('Stopped. What was made is not whole: the next seed with --replace, or "ece reset", deletes it.');
  }
  progress.done();
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const data = config.dataDir === fields.dataDir.fallback?.value ? '' : ` --data ${config.dataDir}`;
  console.log(`\n${formatCosts(progress.costs())}`);
  console.log(
    [
      `\n  The exchange is filled (${size}, ${seconds} s). Everybody’s password is ${DEMO_PASSWORD};`,
      `  the operator is ${admin.email} with ${admin.password}`,
      `\n    npm start --${data || ' --port 4000'}          open it`,
      `    npm run ece -- verify${data}          check that money, cards and chain agree\n`,
    ].join('\n'),
  );
}

const FILLED = 'The exchange is filled already.';

const notEmpty = (size: SeedSize) =>
  `This data folder is not empty. Choose another one with --data, or delete what is there and seed anew with "npm run ece -- seed --size ${size} --replace".`;

type Admin = ReturnType<typeof seedAdmin>;

/** @returns false where the exchange is not empty; nothing was made then */
async function makeDemo(config: Config, progress: Progress, admin: Admin): Promise<boolean> {
  const roles = roleNames.filter((role) => role !== 'web');
  const running = await run({ config, roles, onProgress: (text) => progress.step(text) });
  try {
    const { pending, final } = await running.exchange.peers.nfts.mintProgress();
    if (pending + final > 0) return false;
    writeSeed(config, { state: 'making', size: 'demo', admin });
    const { seedDemo } = await import('../seed/demo.ts');
    await seedDemo(running.exchange, progress, admin);
    writeSeed(config, { state: 'ready', size: 'demo', admin });
    return true;
  } finally {
    await running.stop();
  }
}

/** @returns false where the exchange is not empty; nothing was made then */
async function makeWorld(
  config: Config,
  size: 'small' | 'large',
  number: number,
  progress: Progress,
  admin: Admin,
): Promise<boolean> {
  progress.step('Starting PostgreSQL and the local Solana chain');
  const work = async (operator: Operator) => {
    if (!(await isEmpty(operator))) return false;
    writeSeed(config, { state: 'making', size, admin });
    const { seedWorld } = await import('../seed/world.ts');
    await seedWorld(operator, progress, { size: WORLD_SIZES[size], seed: number, admin });
    writeSeed(config, { state: 'ready', size, admin });
    return true;
  };
  return await withOperator(config, work, (given, onProgress) =>
    startStack(given, onProgress, { loadable: true }),
  );
}

/** Whether nobody has registered and nothing is on chain. */
async function isEmpty({ peers }: Operator): Promise<boolean> {
  const { pending, final } = await peers.nfts.mintProgress();
  return pending + final === 0 && (await peers.users.peopleAfter(undefined, 1)).length === 0;
}
