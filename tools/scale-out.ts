import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/*
 * `npm run test:scale-out`: tests with the real programs that an exchange grows into. As root on Debian it
 * installs those that are missing.
 */
const NEEDED = [{ program: 'redis-server', package: 'redis-server' }];

const has = (program: string) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
const missing = () => NEEDED.filter(({ program }) => !has(program));

function install(packages: string[]): void {
  console.log(`Installing ${packages.join(', ')} ...`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const run = (args: string[]) => spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env });
  run(['update']);
  run(['install', '--yes', '--no-install-recommends', ...packages]);
}

if (missing().length > 0 && process.getuid?.() === 0) install(missing().map((need) => need.package));
const absent = missing();
if (absent.length > 0) {
  console.log(
    `Skipped for want of ${absent.map(({ program }) => program).join(', ')}; root could install it.`,
  );
  console.log('0 passed, 0 failed, 1 skipped');
} else {
  const check = fileURLToPath(new URL('check.ts', import.meta.url));
  const args = [check, '--tests-only', '--config=tests/scale-out/vitest.config.ts'];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
