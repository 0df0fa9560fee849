import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { find, must } from '../deploy/programs.ts';
import { CACHE } from '../fresh/machine.ts';
import { base } from './bases.ts';

/**
 * Where `docker-compose` of version 2 is. Debian has it from its 13th release on; on an older machine the program of that
 * release is fetched by its own apt, and kept for the next time.
 */
export async function findCompose(folder: string): Promise<string> {
  const kept = join(CACHE, 'docker-compose');
  const own = find('docker-compose') ?? find('/usr/libexec/docker/cli-plugins/docker-compose');
  if (own && (await must(own, ['version', '--short'])).startsWith('2.')) return own;
  if (existsSync(kept)) return kept;
  const root = join(folder, 'debian');
  mkdirSync(root, { recursive: true });
  execFileSync('tar', ['--extract', '--numeric-owner', `--file=${base()}`, '-C', root]);
  for (const file of ['/etc/resolv.conf', '/etc/hosts']) copyFileSync(file, join(root, file));
  const shell = 'cd /tmp && apt-get update -qq && apt-get download -qq docker-compose';
  await must('chroot', [root, 'sh', '-c', shell], { seconds: 120 });
  const archive = readdirSync(join(root, 'tmp')).find((name) => name.endsWith('.deb'));
  await must('dpkg-deb', ['--extract', join(root, 'tmp', archive!), join(root, 'unpacked')]);
  copyFileSync(join(root, 'unpacked/usr/libexec/docker/cli-plugins/docker-compose'), kept);
  rmSync(root, { recursive: true, force: true });
  return kept;
}
