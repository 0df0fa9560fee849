import { resolve } from 'node:path';
import { demoPeople } from '@ece/demo/catalogue/people';
import { type Config, fields } from '../config.ts';
import { removeStack } from '../embedded/stack.ts';
import { createProgress } from '../progress.ts';
import { type Running, run } from '../run.ts';
import { DEMO_PASSWORD } from '../seed/password.ts';
import { interruptedSeed, readSeed, type SeedState, seedAdmin, writeSeed } from '../seed/state.ts';
import { untilStopped } from './lifecycle.ts';
import { type CommonOptions, fail, settings } from './settings.ts';

/** `ece start`: opens the exchange with everything embedded; the first time it makes the demo. */
export async function start(options: CommonOptions & { empty?: boolean }): Promise<void> {
  const config = settings(options);
  if (config.environment !== 'development') {
    fail('`ece start` opens the demo of a development installation; use `ece serve` here.');
  }
  const began = performance.now();
  console.log('\n  ECE – the Elite Card Exchange\n');
  await untilStopped(
    (signal) => open({ config, empty: options.empty === true, signal, began }),
    () => console.log('\n  Stopping: finishing what is in flight …'),
  );
}

interface Opening {
  config: Config;
  empty: boolean;
  signal: AbortSignal;
  /** When the command was given, on the process's own clock. */
  began: number;
}

async function open({ config, empty, signal, began }: Opening): Promise<Running> {
  const progress = createProgress(process.stdout, signal);
  let seed = readSeed(config);
  if (seed?.state === 'making' && seed.size !== 'demo') fail(interruptedSeed(seed.size));
  if (seed?.state === 'making') {
    progress.step('The last start was stopped while it made the demo; starting afresh');
    await removeStack(config);
    seed = undefined;
  }
  const running = await run({ config, onProgress: (text) => progress.step(text) });
  try {
    if (!seed && !empty && (await isEmpty(running))) {
      seed = { state: 'making', size: 'demo', admin: seedAdmin(config) };
      writeSeed(config, seed);
      const { seedDemo } = await import('../seed/demo.ts');
      await seedDemo(running.exchange, progress, seed.admin);
      seed = { ...seed, state: 'ready' };
      writeSeed(config, seed);
    }
    progress.step('Preparing the pages');
    const noPages = await untilAborted(running.exchange.web!.started, signal);
    progress.done();
    welcome({ config, url: running.exchange.url, seed, ms: performance.now() - began, noPages });
  } catch (error) {
    await running.stop();
    throw error;
  }
  return running;
}

/** The value of a promise; throws as soon as it is not wanted any more. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  return Promise.race([promise, aborted]);
}

async function isEmpty({ exchange }: Running): Promise<boolean> {
  const { pending, final } = await exchange.peers.nfts.mintProgress();
  return pending + final === 0;
}

/** Where the exchange is when nobody says otherwise. */
const DEFAULTS = { port: fields.port.fallback?.value, dataDir: fields.dataDir.fallback?.value };

interface Welcome {
  config: Config;
  url: string;
  seed: SeedState | undefined;
  /** What the start took. */
  ms: number;
  /** Why there are no pages, where there are none. */
  noPages: string | undefined;
}

function welcome({ config, url, seed, ms, noPages }: Welcome): void {
  const lines = [
    '',
    `  The exchange is open at ${url}   (${(ms / 1000).toFixed(1)} s)`,
    `  Data: ${resolve(config.dataDir)}`,
    '',
  ];
  if (noPages) {
    lines.push('  The pages could not be started; everything else works. The reason:', `    ${noPages}`, '');
  }
  if (seed) {
    const collectors =
      seed.size === 'demo'
        ? `${demoPeople[0]!.email}   ${DEMO_PASSWORD}   (all twelve share this password)`
        : `(any of GET /api/v1/copies’ owners)@world.ece.example   ${DEMO_PASSWORD}`;
    lines.push(
      '  Sign in as',
      `    a collector   ${collectors}`,
      `    the operator  ${seed.admin.email}   ${seed.admin.password}`,
      '',
    );
  }
  const { port, dataDir } = config;
  const place = [
    ...(port === DEFAULTS.port ? [] : ['--port', port]),
    ...(dataDir === DEFAULTS.dataDir ? [] : ['--data', dataDir]),
  ].join(' ');
  const dataOption = dataDir === DEFAULTS.dataDir ? '' : ` --data ${dataDir}`;
  lines.push(
    '  Try next',
    `    ${url}`,
    '        the exchange in your browser',
    `    ${url}/docs`,
    '        every call, with its inputs and answers',
    `    npm run demo${place && ` -- ${place}`}`,
    '        in a second terminal: three traders tell a story, with proofs',
    `    npm run ece -- verify${dataOption}`,
    '        check that money, cards and chain agree',
    '',
    '  Ctrl-C stops everything.',
    '',
  );
  console.log(lines.join('\n'));
}
