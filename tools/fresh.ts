import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COLLECTOR, killAll, type Machine, makeMachine, ROOT, run } from './fresh/machine.ts';
import { scenario } from './fresh/scenario.ts';

const USAGE = `Proves "npm start" and "npm test" in a bare Debian that holds nothing but Node and npm.
Usage: npm run test:fresh [-- --quick]     (as root; --quick leaves out the tests as root)`;

const source = dirname(dirname(fileURLToPath(import.meta.url)));
const INSIDE = '--inside-namespace';
const args = process.argv.slice(2);

const unknown = args.filter((arg) => arg !== '--quick' && arg !== INSIDE);
if (unknown.length > 0) {
  console.log(USAGE);
  process.exitCode = unknown.includes('--help') ? 0 : 2;
} else if (process.platform !== 'linux' || process.getuid?.() !== 0) {
  console.log(
    'The fresh-machine test needs Linux and root, to make a Debian root and enter it. It is skipped.',
  );
  console.log('0 passed, 0 failed, 1 skipped');
} else if (!args.includes(INSIDE)) {
  process.exitCode = await inNamespace();
} else {
  process.exitCode = await main();
}

/** Runs this program again with mounts of its own: however it ends, the kernel takes them away. */
function inNamespace(): Promise<number> {
  const self = [...process.execArgv, fileURLToPath(import.meta.url), ...args, INSIDE];
  const inner = spawn('unshare', ['--mount', '--propagation', 'private', process.execPath, ...self], {
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => inner.kill(signal));
  return new Promise((resolve) => {
    inner.once('error', (error) => {
      console.error(`unshare cannot be run: ${error.message}`);
      resolve(1);
    });
    inner.once('exit', (code) => resolve(code ?? 1));
  });
}

async function main(): Promise<number> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ece-fresh-')));
  const result = { passed: 0, failed: 0 };
  const check = async (name: string, action: () => Promise<string>): Promise<boolean> => {
    console.log(`\n[${result.passed + result.failed + 1}] ${name} ...`);
    const started = performance.now();
    const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
    try {
      const detail = await action();
      result.passed++;
      console.log(`      ok: ${detail} (${seconds()})`);
      return true;
    } catch (error) {
      result.failed++;
      console.log(`      FAILED: ${error instanceof Error ? error.message : error} (${seconds()})`);
      return false;
    }
  };

  let machine: Machine | undefined;
  const cleanUp = () => {
    if (machine) killAll(machine);
    spawnSync('umount', ['--recursive', '--lazy', join(folder, 'root', 'dev'), join(folder, 'root', 'proc')]);
    // Never follow a mount that is still there into the devices of this machine.
    run('find', [folder, '-xdev', '-depth', '-delete']);
    rmSync(folder, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      cleanUp();
      process.exit(130);
    });
  }
  try {
    await check('a bare Debian can be made', async () => {
      machine = makeMachine(join(folder, 'root'));
      return 'made';
    });
    if (machine) {
      const record = { check };
      const spaced = join(COLLECTOR.home, 'my cards', 'ece');
      const asUser = { user: COLLECTOR, folder: spaced, source, port: await freePort(), withTests: true };
      await scenario(record, machine, asUser);
      const quick = args.includes('--quick');
      const asRoot = {
        user: ROOT,
        folder: join(ROOT.home, 'ece'),
        source,
        port: await freePort(),
        withTests: !quick,
      };
      await scenario(record, machine, asRoot);
    }
  } finally {
    cleanUp();
  }
  console.log(`\n${result.passed} passed, ${result.failed} failed`);
  return result.failed === 0 ? 0 : 1;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
