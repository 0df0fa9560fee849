import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { fetchOpenSearch } from '../tests/scale-out/support/opensearch-libraries.ts';
import { find, installMissing, NGINX } from './deploy/programs.ts';

/*
 * `npm run test:scale-out`: tests with the real programs that an exchange grows into. As root on Debian it
 * installs those that are missing.
 */
const NEEDED = [
  { program: 'redis-server', packages: ['redis-server'] },
  { program: 'openssl', packages: ['openssl'] },
  { program: 'pg_isready', packages: ['postgresql'] },
  { program: 'pgbouncer', packages: ['pgbouncer'] },
  ...NGINX,
];
/** What the tests of the search engine need besides; without it those alone are skipped. */
const FOR_OPENSEARCH = [
  { program: 'javac', packages: ['default-jdk-headless'] },
  { program: 'mvn', packages: ['maven'] },
];

/** Without it the test of the dashboards is skipped. */
const FOR_DASHBOARDS = [{ program: 'prometheus', packages: ['prometheus'] }];

installMissing([...NEEDED, ...FOR_OPENSEARCH, ...FOR_DASHBOARDS]);
const absent = NEEDED.filter(({ program }) => !find(program));
if (absent.length > 0) {
  console.log(`Skipped for want of ${absent.flatMap(({ packages }) => packages).join(', ')}.`);
  console.log('0 passed, 0 failed, 1 skipped');
} else {
  const without = fetchOpenSearch();
  if (without) console.log(`Tests with OpenSearch are skipped: ${without}.`);
  const check = fileURLToPath(new URL('check.ts', import.meta.url));
  const args = [check, '--tests-only', '--config=tests/scale-out/vitest.config.ts'];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
