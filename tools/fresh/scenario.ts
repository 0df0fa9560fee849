import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { killAll, type Machine, processesIn, run, type User } from './machine.ts';
import { Program } from './program.ts';

const INSTALL_PATIENCE_MS = 15 * 60_000;
const TEST_PATIENCE_MS = 20 * 60_000;
const DEMO_PATIENCE_MS = 10 * 60_000;
const STOP_PATIENCE_MS = 30_000;
const SECOND_START_LIMIT_S = 5;
const ADDRESS = /https?:\/\/localhost:(\d+)/;

/** Where a scenario writes down what it has seen. */
export interface Record {
  check(name: string, action: () => Promise<string>): Promise<boolean>;
}

/** Proves in a fresh clone that the exchange starts, trades, stops and starts again, and that its tests pass. */
export async function scenario(
  record: Record,
  machine: Machine,
  options: { user: User; folder: string; source: string; port: number; withTests: boolean },
): Promise<void> {
  const { user, folder } = options;
  clone(options.source, machine, user, folder);
  const npm = (args: string[], env: NodeJS.ProcessEnv = {}) =>
    new Program(machine, user, folder, ['npm', ...args], env);
  const as = `${user.name} in "${folder}"`;

  let server: Program | undefined;
  const started = await record.check(`${as}: npm start installs and serves`, async () => {
    server = npm(['start']);
    return `ready after ${await untilReady(server, INSTALL_PATIENCE_MS)} s`;
  });
  if (started) {
    await record.check(`${as}: npm run demo`, () => succeeds(npm(['run', 'demo']), DEMO_PATIENCE_MS));
    await record.check(`${as}: SIGTERM stops everything`, () => stops(machine, server));
    await record.check(`${as}: second start takes under ${SECOND_START_LIMIT_S} s`, async () => {
      server = npm(['start'], { PORT: String(options.port) });
      const seconds = await untilReady(server, 60_000);
      if (seconds >= SECOND_START_LIMIT_S) throw new Error(`it took ${seconds} s`);
      return `${seconds} s, with PORT=${options.port}`;
    });
    await record.check(`${as}: starts after the exchange alone was killed with -9`, async () => {
      for (const { pid, command } of processesIn(machine)) {
        if (command.includes('server/main.ts')) process.kill(pid, 'SIGKILL');
      }
      await server?.exit(STOP_PATIENCE_MS);
      server = npm(['start', '--', '--port', String(options.port)]);
      return `${await untilReady(server, 120_000)} s, with --port ${options.port}`;
    });
    await record.check(`${as}: starts after every process was killed with -9`, async () => {
      killAll(machine);
      await server?.exit(STOP_PATIENCE_MS);
      server = npm(['start', '--', '--port', String(options.port)]);
      return `${await untilReady(server, 120_000)} s`;
    });
    await record.check(`${as}: nothing outlives an npm that was killed with -9`, () =>
      stops(machine, server, 'SIGKILL'),
    );
  }
  killAll(machine);
  if (options.withTests) {
    await record.check(`${as}: npm test`, () => succeeds(npm(['test']), TEST_PATIENCE_MS));
    killAll(machine);
  }
}

function clone(source: string, machine: Machine, user: User, folder: string): void {
  const target = join(machine.root, folder);
  mkdirSync(join(target, '..'), { recursive: true });
  run('git', ['-c', 'safe.directory=*', 'clone', '--quiet', '--no-hardlinks', source, target]);
  run('chown', ['--recursive', `${user.id}:${user.id}`, join(target, '..')]);
}

/** Waits for the printed address and for /health/ready there; gives the seconds since the start. */
async function untilReady(server: Program, patienceMs: number): Promise<number> {
  const started = performance.now();
  const seconds = () => Number(((performance.now() - started) / 1000).toFixed(1));
  const line = await server.line(ADDRESS, patienceMs);
  const url = `${ADDRESS.exec(line)?.[0]}/health/ready`;
  while (performance.now() - started < patienceMs) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.status === 200) return seconds();
    await sleep(50);
  }
  throw new Error(`${url} did not answer 200`);
}

async function succeeds(program: Program, patienceMs: number): Promise<string> {
  const code = await program.exit(patienceMs);
  if (code !== 0) throw new Error(`ended with ${code}; last line: ${program.lastLine}`);
  return program.lastLine;
}

/** Sends a signal to npm and waits until no process of the machine is left. */
async function stops(
  machine: Machine,
  server: Program | undefined,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<string> {
  const started = performance.now();
  server?.child.kill(signal);
  while (performance.now() - started < STOP_PATIENCE_MS) {
    if (processesIn(machine).length === 0)
      return `after ${((performance.now() - started) / 1000).toFixed(1)} s`;
    await sleep(50);
  }
  const left = processesIn(machine).map(({ command }) => command.slice(0, 120));
  throw new Error(`still running after ${STOP_PATIENCE_MS / 1000} s: ${left.join('; ')}`);
}
