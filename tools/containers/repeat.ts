import { expectNone } from '../deploy/report.ts';
import { IMAGES } from './checks.ts';
import type { Engine } from './engine.ts';

/** Every file of ours in an image: path, kind and rights, owner, date, size, and the digest of its bytes. */
const LIST = `cd / && find var var/lib -maxdepth 0 -printf '%p %M %U:%G %T@\\n' && find app var/lib/ece -printf '%p %M %U:%G %T@ %s %l\\n' | sort
  find app var/lib/ece -type f -print0 | sort -z | xargs -0 -r sha256sum`;

const DIGEST = /^[0-9a-f]{64} /;

/** What Next makes up for each build, as nobody may know it: keys of previews and of server actions. */
const KEYS =
  /\.next\/\w+\/(?:prerender-manifest|server\/preview-props|server\/server-reference-manifest)\.js(?:on)?$/;

/**
 * Builds the images a second time, with nothing kept of the first, and compares every file of ours: bytes, rights, owners
 * and dates.
 */
export async function checkRepeat(engine: Engine): Promise<string> {
  const problems: string[] = [];
  const said: string[] = [];
  const files = async (name: string) => {
    const list = await engine.docker([
      ...['run', '--rm', '--network', 'none', '--user', '0', '--entrypoint', 'bash', name, '-c', LIST],
    ]);
    return new Set(list.split('\n'));
  };
  for (const [service, name] of [
    ['users', IMAGES.server],
    ['web', IMAGES.web],
  ] as const) {
    const first = `${name}:first`;
    await engine.docker(['tag', name, first]);
    const built = await engine.compose(['build', '--no-cache', service], { seconds: 600 });
    if (built.code !== 0) throw new Error(`${built.out}${built.err}`.slice(-4000));
    const [before, after] = [await files(first), await files(name)];
    const changed = [...after].filter((line) => !before.has(line));
    const keys = changed.filter((line) => KEYS.test(line));
    problems.push(...changed.filter((line) => !KEYS.test(line)).map((line) => `${name}: ${line}`));
    if (before.size !== after.size) problems.push(`${name}: not as many files as before`);
    const entries = [...after].filter((line) => line !== '' && !DIGEST.test(line)).length;
    said.push(
      `${name}: ${entries - keys.length} files and folders are the same, ${keys.length} hold new keys`,
    );
  }
  expectNone(problems);
  return said.join('; ');
}
