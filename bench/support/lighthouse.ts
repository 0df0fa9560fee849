import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'] as const;
export type Category = (typeof CATEGORIES)[number];

/** What Lighthouse says of a page. */
export interface Audit {
  /** From 0 to 100. */
  scores: Record<Category, number>;
  /** Compressed kilobytes of the scripts that the page loaded. */
  scriptKilobytes: number;
  /** Audits that cost points, the dearest first. */
  faults: string[];
}

interface Report {
  categories: Record<Category, { score: number | null; auditRefs: { id: string; weight: number }[] }>;
  audits: Record<string, { title: string; score: number | null; displayValue?: string; details?: unknown }>;
}

const folder = fileURLToPath(new URL('../lighthouse/', import.meta.url));
const program = `${folder}node_modules/lighthouse/cli/index.js`;
const call = promisify(execFile);

/** The most bytes of a report: it holds pictures of the page. */
const LARGEST_REPORT = 64 * 1024 * 1024;

/**
 * Installs Lighthouse where it is not there yet. It is large and only this bench needs it, so it has a folder and a
 * lock file of its own.
 */
export async function installLighthouse(): Promise<void> {
  if (existsSync(program)) return;
  await call('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: folder });
}

/**
 * Looks at a page as Lighthouse's own preset for phones does: a slow phone on a slow network, simulated.
 * @param port of the browser's debugger
 * @param cookie of who looks, where that is somebody
 */
export async function audit(port: number, url: string, cookie?: string): Promise<Audit> {
  const args = [url, `--port=${port}`, '--output=json', '--quiet', `--only-categories=${CATEGORIES.join()}`];
  if (cookie) args.push(`--extra-headers=${JSON.stringify({ cookie })}`);
  const { stdout } = await call(process.execPath, [program, ...args], { maxBuffer: LARGEST_REPORT });
  const { categories, audits } = JSON.parse(stdout) as Report;
  const scores = Object.fromEntries(
    CATEGORIES.map((category) => [category, Math.round((categories[category].score ?? 0) * 100)]),
  ) as Audit['scores'];
  return { scores, scriptKilobytes: scriptBytes(audits) / 1000, faults: faultsOf(categories, audits) };
}

function scriptBytes(audits: Report['audits']): number {
  const { items } = audits['network-requests']!.details as {
    items: { resourceType?: string; transferSize: number }[];
  };
  return items
    .filter(({ resourceType }) => resourceType === 'Script')
    .reduce((total, { transferSize }) => total + transferSize, 0);
}

function faultsOf(categories: Report['categories'], audits: Report['audits']): string[] {
  return CATEGORIES.flatMap((category) =>
    categories[category].auditRefs.flatMap(({ id, weight }) => {
      const { score, title, displayValue } = audits[id]!;
      const loss = weight * (1 - (score ?? 1));
      return loss >= 0.5 ? [{ loss, text: `${id} (${displayValue ?? title})` }] : [];
    }),
  )
    .sort((a, b) => b.loss - a.loss)
    .map(({ text }) => text);
}
