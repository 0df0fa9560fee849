import { expectNone } from '../deploy/report.ts';
import { IMAGES } from './checks.ts';
import type { Engine } from './engine.ts';

/** Every file of ours in an image: path, kind and rights, owner, date, size, and the digest of its bytes. */
const LIST = `cd / && find app var/lib/ece -printf '%p %M %U:%G %T@ %s %l\\n' | sort
  find app var/lib/ece -type f -print0 | sort -z | xargs -0 -r sha256sum`;

/**
 * Builds the images a second time, with nothing kept of the first, and compares them layer by layer; where a layer
 * differs, it names the files.
 */
export async function checkRepeat(engine: Engine): Promise<string> {
  const problems: string[] = [];
  const layers = async (name: string) => {
    const said = await engine.docker(['image', 'inspect', '--format', '{{json .RootFS.Layers}}', name]);
    return JSON.parse(said) as string[];
  };
  const files = async (name: string) => {
    const said = await engine.docker([
      ...['run', '--rm', '--network', 'none', '--user', '0', '--entrypoint', 'bash', name, '-c', LIST],
    ]);
    return new Set(said.split('\n'));
  };
  let same = 0;
  for (const [service, name] of [
    ['users', IMAGES.server],
    ['web', IMAGES.web],
  ] as const) {
    const first = `${name}:first`;
    await engine.docker(['tag', name, first]);
    const built = await engine.compose(['build', '--no-cache', service], { seconds: 600 });
    if (built.code !== 0) throw new Error(`${built.out}${built.err}`.slice(-4000));
    const [before, after] = [await layers(first), await layers(name)];
    const different = after.filter((layer, index) => layer !== before[index]).length;
    if (before.length !== after.length || different > 0) {
      const [had, has] = [await files(first), await files(name)];
      const changed = [...has].filter((line) => !had.has(line)).slice(0, 20);
      problems.push(`${name}: ${different} of ${after.length} layers differ`, ...changed);
    }
    same += after.length - different;
  }
  expectNone(problems);
  return `${same} layers of both are the same`;
}
