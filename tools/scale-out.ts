import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { find, installMissing, NGINX } from './deploy/programs.ts';

/*
 * `npm run test:scale-out`: tests with the real programs that an exchange grows into. As root on Debian it
 * installs those that are missing.
 */
const NEEDED = [{ program: 'redis-server', packages: ['redis-server'] }, ...NGINX];

installMissing(NEEDED);
const absent = NEEDED.filter(({ program }) => !find(program));
if (absent.length > 0) {
  console.log(`Skipped for want of ${absent.flatMap(({ packages }) => packages).join(', ')}.`);
  console.log('0 passed, 0 failed, 1 skipped');
} else {
  const check = fileURLToPath(new URL('check.ts', import.meta.url));
  const args = [check, '--tests-only', '--config=tests/scale-out/vitest.config.ts'];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
