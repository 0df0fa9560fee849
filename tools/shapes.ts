import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/*
 * The end-to-end tests with one process for each role, and with two for each. `npm test` runs them with
 * everything in one process.
 */
const check = fileURLToPath(new URL('check.ts', import.meta.url));
const totals = { passed: 0, failed: 0 };
for (const shape of ['roles', 'doubled']) {
  console.log(
    `\n== The end-to-end tests, ${shape === 'roles' ? 'one process' : 'two processes'} for each role`,
  );
  const child = spawn(process.execPath, [check, '--tests-only', 'tests/e2e', '--maxWorkers=1'], {
    env: { ...process.env, E2E_SHAPE: shape },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    process.stdout.write(chunk);
  });
  const [code] = await once(child, 'close');
  const [, passed, failed] =
    /^(\d+) passed, (\d+) failed/m.exec(output.slice(output.lastIndexOf('\n\n'))) ?? [];
  totals.passed += Number(passed ?? 0);
  totals.failed += Number(failed ?? (code === 0 ? 0 : 1));
  if (passed === undefined) totals.failed++;
}
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exitCode = totals.failed === 0 ? 0 : 1;
