import type { ServiceInstance } from '@ece/platform/service';
import type { Progress } from './progress.ts';

type Rebuildable = Pick<ServiceInstance<object>, 'rebuild'>;

/** What was rebuilt, or why nothing was. */
export type RebuildResult =
  | { ok: true; rebuilt: { name: string; rows: number }[] }
  | { ok: false; problem: string };

/**
 * Rebuilds the read models of services, one after the other.
 * @param names those to rebuild; all that keep something derived where none is named. A name that is not one
 *   of theirs is a problem, and nothing is rebuilt then
 */
export async function rebuildServices(
  services: ReadonlyMap<string, Rebuildable>,
  names: readonly string[],
  progress: Progress,
): Promise<RebuildResult> {
  const able = [...services].filter(([, service]) => service.rebuild).map(([name]) => name);
  const unable = names.filter((name) => !able.includes(name));
  if (unable.length > 0) {
    const known = able.length > 0 ? able.join(', ') : 'none';
    return {
      ok: false,
      problem: `These keep nothing derived: ${unable.join(', ')}. Those that do: ${known}.`,
    };
  }
  const rebuilt: { name: string; rows: number }[] = [];
  for (const name of names.length > 0 ? new Set(names) : able) {
    progress.step(`Rebuilding ${name}`);
    const rows = await services.get(name)!.rebuild!((done, total, what) =>
      progress.update(done, total, what),
    );
    rebuilt.push({ name, rows });
    progress.done();
  }
  return { ok: true, rebuilt };
}

/**
 * Rebuilds all read models at the same time, for an exchange that nobody uses yet.
 * @throws what the first of them throws
 */
export async function rebuildTogether(
  services: ReadonlyMap<string, Rebuildable>,
  progress: Progress,
): Promise<void> {
  const able = [...services].filter(([, service]) => service.rebuild);
  progress.step(`Building what is derived: ${able.map(([name]) => name).join(', ')}`);
  const shares = new Map<string, number>();
  await Promise.all(
    able.map(([name, service]) =>
      service.rebuild!((done, total) => {
        shares.set(name, done / Math.max(total, 1));
        const sum = [...shares.values()].reduce((a, b) => a + b, 0);
        progress.update(Math.round((100 * sum) / able.length), 100);
      }),
    ),
  );
  progress.done();
}
