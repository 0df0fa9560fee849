import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/*
 * `npm run test:large`: seeds a large world into a temporary folder and checks every invariant of it. Prints
 * what each step took; fails when a step fails.
 */
const { values } = parseArgs({ options: { size: { type: 'string', default: 'large' } } });
const main = fileURLToPath(new URL('../server/main.ts', import.meta.url));
const data = mkdtempSync(join(tmpdir(), 'ece-large-'));
// PostgreSQL runs as somebody else when this runs as root.
chmodSync(data, 0o711);

function step(name: string, args: string[]): boolean {
  const began = performance.now();
  const { status } = spawnSync(process.execPath, [main, ...args, '--data', data], {
    stdio: 'inherit',
    env: { ...process.env, ECE_ENVIRONMENT: 'development' },
  });
  console.log(
    `${name}: ${status === 0 ? 'ok' : 'FAILED'} in ${Math.round((performance.now() - began) / 1000)} s`,
  );
  return status === 0;
}

try {
  const passed = step('seed', ['seed', '--size', values.size]) && step('verify', ['verify']);
  if (!passed) process.exitCode = 1;
} finally {
  spawnSync(process.execPath, [main, 'reset', '--yes', '--data', data], { stdio: 'ignore' });
  rmSync(data, { recursive: true, force: true });
}
