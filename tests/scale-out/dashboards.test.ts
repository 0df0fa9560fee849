import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { dashboardQueries } from '../../tools/deploy/dashboards.ts';
import { find } from '../../tools/deploy/programs.ts';
import { prometheus as rules } from '../../tools/deploy/rules.ts';
import { freePort } from '../support/processes.ts';
import { type ShapedExchange, startShape } from '../support/shape.ts';
import { tell } from '../support/story.ts';

const program = find('prometheus');
let exchange: ShapedExchange | undefined;
let scraper: ChildProcess | undefined;
let folder: string | undefined;
afterEach(async () => {
  await exchange?.stop();
  if (scraper?.exitCode === null) {
    scraper.kill('SIGKILL');
    await once(scraper, 'exit');
  }
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** Starts a Prometheus with our rules that scrapes processes by their roles. @returns its address */
async function scrape(servers: Map<string, string>): Promise<string> {
  folder = mkdtempSync(join(tmpdir(), 'ece-prometheus-'));
  cpSync(join(rules, 'rules'), join(folder, 'rules'), { recursive: true });
  for (const file of globSync(join(folder, 'rules/*.yml'))) {
    writeFileSync(file, readFileSync(file, 'utf8').replace('interval: 2m', 'interval: 1s'));
  }
  const targets = [...servers].map(([role, url]) => ({
    targets: [new URL(url).host],
    labels: { role, environment: 'test' },
  }));
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: ['rules/*.yml'],
    scrape_configs: [{ job_name: 'ece', static_configs: targets }],
  };
  writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config));
  const url = `http://127.0.0.1:${await freePort()}`;
  scraper = spawn(
    program!,
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${new URL(url).host}`,
    ],
    { stdio: 'ignore' },
  );
  await vi.waitFor(async () => expect((await fetch(`${url}/-/ready`)).ok).toBe(true), {
    timeout: 60_000,
    interval: 100,
  });
  return url;
}

/** What other exporters know, of which there are none here; and what needs weeks. */
const ELSEWHERE =
  /\b(?:kube|container|cnpg|aws|node|kubelet|certmanager|probe)_|ece:\w+:(?:expected|deviation)\b/;

/** Panels that are empty while nothing is wrong or on its way. */
const OFTEN_EMPTY = [
  'On their way',
  'Calls that fail',
  'Addresses that are not called',
  'Runs of jobs that failed',
  // There is no read replica.
  'Lag of replicas',
  'Reads that may lag',
];

test.skipIf(!program)(
  'the dashboards show something of an exchange on which people trade',
  async () => {
    exchange = await startShape('roles', {});
    const servers = new Map([...exchange.servers].map(([role, [first]]) => [role, first!.url]));
    const url = await scrape(servers);
    await tell(exchange);
    const empty = async () => {
      const queries = dashboardQueries().filter(
        ({ where, expr }) =>
          !ELSEWHERE.test(expr) && !OFTEN_EMPTY.some((title) => where.endsWith(`: ${title}`)),
      );
      expect(queries.length).toBeGreaterThan(40);
      const silent: string[] = [];
      for (const { where, expr } of queries) {
        const query = encodeURIComponent(expr.replaceAll('$environment', '.*'));
        const { data } = (await (await fetch(`${url}/api/v1/query?query=${query}`)).json()) as {
          data: { result: unknown[] };
        };
        if (data.result.length === 0) silent.push(`${where}: ${expr}`);
      }
      return silent;
    };
    await vi.waitFor(async () => expect(await empty()).toEqual([]), { timeout: 60_000, interval: 2_000 });
  },
  400_000,
);
