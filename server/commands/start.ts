import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { demoPeople } from '@ece/demo/catalogue/people';
import { type Config, fields } from '../config.ts';
import { removeStack } from '../embedded/stack.ts';
import { createProgress, type Progress } from '../progress.ts';
import { type Running, run } from '../run.ts';
import { DEMO_PASSWORD } from '../seed/password.ts';
import { untilStopped } from './lifecycle.ts';
import { type CommonOptions, fail, settings } from './settings.ts';

/** How far the demo of a data folder is, and its admin's sign-in. */
interface DemoState {
  state: 'making' | 'ready';
  admin: { email: string; password: string };
}

/** `ece start`: opens the exchange with everything embedded; the first time it makes the demo. */
export async function start(options: CommonOptions & { empty?: boolean }): Promise<void> {
  const config = settings(options);
  if (config.environment !== 'development') {
    fail('`ece start` opens the demo of a development installation; use `ece serve` here.');
  }
  const began = performance.now();
  console.log('\n  ECE – the Elite Card Exchange\n');
  await untilStopped(
    (signal) => open(config, options.empty === true, createProgress(process.stdout, signal), began),
    () => console.log('\n  Stopping: finishing what is in flight …'),
  );
}

async function open(config: Config, empty: boolean, progress: Progress, began: number): Promise<Running> {
  let demo = readDemo(config);
  if (demo?.state === 'making') {
    progress.step('The last start was stopped while it made the demo; starting afresh');
    await removeStack(config);
    demo = undefined;
  }
  const running = await run({ config, onProgress: (text) => progress.step(text) });
  try {
    if (!demo && !empty && (await isEmpty(running))) {
      demo = { state: 'making', admin: adminOf(config) };
      writeDemo(config, demo);
      const { seedDemo } = await import('../seed/demo.ts');
      await seedDemo(running.exchange, progress, demo.admin);
      demo = { ...demo, state: 'ready' };
      writeDemo(config, demo);
    }
  } catch (error) {
    await running.stop();
    throw error;
  }
  progress.done();
  welcome(config, running.exchange.url, demo, performance.now() - began);
  return running;
}

async function isEmpty({ exchange }: Running): Promise<boolean> {
  const { pending, final } = await exchange.peers.nfts.mintProgress();
  return pending + final === 0;
}

const demoFile = (config: Config) => join(config.dataDir, 'demo.json');

function readDemo(config: Config): DemoState | undefined {
  if (!existsSync(demoFile(config))) return undefined;
  return JSON.parse(readFileSync(demoFile(config), 'utf8')) as DemoState;
}

function writeDemo(config: Config, demo: DemoState): void {
  mkdirSync(config.dataDir, { recursive: true });
  writeFileSync(demoFile(config), JSON.stringify(demo), { mode: 0o600 });
}

/** The admin of the settings, or one of the demo's own. */
function adminOf({ adminEmail, adminPassword }: Config): DemoState['admin'] {
  if (adminEmail && adminPassword) return { email: adminEmail, password: adminPassword };
  return { email: 'operator@demo.ece.example', password: randomBytes(12).toString('base64url') };
}

/** Where the exchange is when nobody says otherwise. */
const DEFAULTS = { port: fields.port.fallback?.value, dataDir: fields.dataDir.fallback?.value };

function welcome(config: Config, url: string, demo: DemoState | undefined, ms: number): void {
  const lines = [
    '',
    `  The exchange is open at ${url}   (${(ms / 1000).toFixed(1)} s)`,
    `  Data: ${resolve(config.dataDir)}`,
    '',
  ];
  if (demo) {
    lines.push(
      '  Sign in as',
      `    a collector   ${demoPeople[0]!.email}   ${DEMO_PASSWORD}   (all twelve share this password)`,
      `    the operator  ${demo.admin.email}   ${demo.admin.password}`,
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
    `    ${url}/docs`,
    '        every call, with its inputs and answers',
    `    ${url}/api/v1/auctions?state=open`,
    '        what ends next',
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
