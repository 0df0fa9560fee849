import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../tests/support/processes.ts';
import { readPostmaster } from './embedded/postmaster.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

interface Run {
  child: ChildProcess;
  text(): string;
  ended: Promise<number | null>;
  says(words: string): Promise<void>;
}

let data: string;
let first: Run;
let port: number;

function ece(args: string[]): Run {
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  let heard = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      heard.resolve();
      heard = Promise.withResolvers();
    });
  }
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  return {
    child,
    text: () => text,
    ended,
    async says(words) {
      while (!text.includes(words)) {
        const code = await Promise.race([heard.promise, ended]);
        if (typeof code === 'number' && !text.includes(words))
          throw new Error(`ended with ${code}:\n${text}`);
      }
    },
  };
}

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'ece-start-'));
  port = await freePort();
  first = ece(['start', '--empty', '--data', data, '--port', String(port)]);
  await first.says('The exchange is open at');
  // The pages may have to be built first.
}, 300_000);
afterAll(async () => {
  if (first.child.exitCode === null && first.child.signalCode === null) {
    first.child.kill('SIGTERM');
    await first.ended;
  }
  rmSync(data, { recursive: true, force: true });
});

test('an exchange with everything embedded is ready, and has a page and its documents', async () => {
  const ready = await fetch(`http://localhost:${port}/health/ready`);
  expect(await ready.json()).toMatchObject({ status: 'ok', checks: { database: true, chain: true } });
  for (const path of ['/', '/docs', '/docs/status', '/api/v1/openapi.json']) {
    expect((await fetch(`http://localhost:${port}${path}`)).status, path).toBe(200);
  }
});

test('a second start on the same folder or port is refused in words, and the first runs on', async () => {
  const samePort = ece(['start', '--empty', '--data', `${data}-other`, '--port', String(port)]);
  expect(await samePort.ended).toBe(1);
  expect(samePort.text()).toContain(`port ${port} is taken by another program`);
  const sameData = ece(['start', '--empty', '--data', data, '--port', String(await freePort())]);
  expect(await sameData.ended).toBe(1);
  expect(sameData.text()).toContain('ECE cannot start: Another running exchange uses the data folder');
  expect(samePort.text() + sameData.text()).not.toMatch(/\n {4}at /);
  expect(existsSync(`${data}-other`)).toBe(false);
  expect((await fetch(`http://localhost:${port}/health/ready`)).status).toBe(200);
});

test('PostgreSQL that is killed while people call is started again, and they are told to wait', async () => {
  const url = `http://localhost:${port}`;
  const cluster = join(data, 'postgres', 'cluster');
  const answers = new Map<string, number>();
  let calling = true;
  // Nobody has these copies, so no answer is kept: each call asks the database.
  const call = async () => {
    const answer = await fetch(`${url}/api/v1/copies/${randomUUID()}`);
    const { code } = (await answer.json()) as { code: string };
    const key = `${code} ${answer.headers.has('retry-after') ? 'later' : 'never'}`;
    answers.set(key, (answers.get(key) ?? 0) + 1);
    return calling;
  };
  const callers = Array.from({ length: 8 }, () =>
    expect.poll(call, { interval: 50, timeout: 110_000 }).toBe(false),
  );
  for (let kill = 1; kill <= 2; kill++) {
    const { pid } = readPostmaster(cluster)!;
    process.kill(pid, 'SIGKILL');
    await expect
      .poll(() => first.text().split('PostgreSQL is back').length - 1, { timeout: 50_000 })
      .toBe(kill);
    const ready = () =>
      fetch(`${url}/health/ready`).then(
        ({ status }) => status,
        () => first.text(),
      );
    await expect.poll(ready, { timeout: 50_000 }).toBe(200);
  }
  calling = false;
  await Promise.all(callers);
  // How many met the database away is a matter of speed; whoever did was told to come again.
  expect(answers.has('not_found never')).toBe(true);
  const expected = ['not_found never', 'unavailable later', 'too_many_requests later'];
  expect([...answers.keys()].filter((key) => !expected.includes(key))).toEqual([]);
}, 120_000);

test('commands run beside it, and a reset refuses until it has stopped', async () => {
  const migrated = ece(['migrate', '--data', data]);
  expect(await migrated.ended).toBe(0);
  expect(migrated.text()).toContain('The database is up to date.');
  const refused = ece(['reset', '--yes', '--data', data]);
  expect(await refused.ended).toBe(1);
  expect(refused.text()).toContain('Nothing was deleted');
  expect((await fetch(`http://localhost:${port}/health/ready`)).status).toBe(200);
  const unsure = ece(['reset', '--data', data]);
  expect(await unsure.ended).toBe(1);
  expect(unsure.text()).toContain('--yes');

  first.child.kill('SIGTERM');
  expect(await first.ended).toBe(0);
  const deleted = ece(['reset', '--yes', '--data', data]);
  expect(await deleted.ended).toBe(0);
  for (const name of ['postgres', 'chain', 'content', 'keys.json', 'secrets.json', 'running.json']) {
    expect(existsSync(join(data, name)), name).toBe(false);
  }
});
