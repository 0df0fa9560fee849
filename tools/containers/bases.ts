import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { findBinaries } from '../../server/embedded/binaries.ts';
import { root } from '../deploy/programs.ts';
import { debian, onPath } from '../fresh/machine.ts';
import type { Engine } from './engine.ts';

/** The Debian on which the images stand, as in the names of the official ones. */
const SUITE = 'trixie';

/** The tar archive of that Debian. */
export const base = () => debian(SUITE, ['ca-certificates']);

/** Makes the images that stand in for those of a registry, of what npm and Debian have. */
export async function makeBases(engine: Engine, folder: string, kept: boolean): Promise<string> {
  const names = ['ece-local/debian', 'ece-local/node', 'ece-local/parts'];
  const isThere = () =>
    engine.docker(['image', 'inspect', ...names]).then(
      () => true,
      () => false,
    );
  if (kept && (await isThere())) return 'kept from an earlier run';
  await engine.docker(['import', base(), 'ece-local/debian']);
  const context = join(folder, 'bases');
  rmSync(context, { recursive: true, force: true });
  mkdirSync(context, { recursive: true });
  for (const name of ['Dockerfile', 'start-postgres']) {
    copyFileSync(join(root, 'tests/containers', name), join(context, name));
  }
  const node = createRequire(import.meta.url).resolve(`node-linux-${process.arch}/package.json`);
  copyFileSync(join(dirname(node), 'bin/node'), join(context, 'node'));
  const npm = onPath('npm');
  if (!npm) throw new Error('npm of this machine was not found on the PATH');
  cpSync(dirname(dirname(realpathSync(npm))), join(context, 'npm'), { recursive: true });
  const { postgres } = findBinaries(undefined, join(folder, 'postgres'));
  cpSync(dirname(dirname(postgres)), join(context, 'postgres'), { recursive: true, verbatimSymlinks: true });
  const setting = (name: string) =>
    execFileSync(npm, ['config', 'get', name], { cwd: '/', encoding: 'utf8' }).trim();
  const certificates = process.env.NODE_EXTRA_CA_CERTS ?? '/etc/ssl/certs/ca-certificates.crt';
  writeFileSync(
    join(context, 'npmrc'),
    `registry=${setting('registry')}\ncafile=/etc/ssl/certs/ca-certificates.crt\n`,
  );
  if (existsSync(certificates)) copyFileSync(certificates, join(context, 'certificates.crt'));
  for (const target of ['node', 'parts']) {
    const tag = `ece-local/${target}`;
    await engine.docker(['build', '--network=host', '--target', target, '--tag', tag, context], {
      seconds: 300,
    });
  }
  return `Debian ${SUITE} with Node, and with PostgreSQL, Redis, Prometheus and Alertmanager`;
}
