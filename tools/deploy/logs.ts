import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { eventually, freePort } from './alertmanager.ts';
import { kinds, setupOf } from './log-streams.ts';
import { environments, render } from './manifests.ts';
import { deploy, find, must, root } from './programs.ts';
import { expectNone, type Report, Skip } from './report.ts';

/** Checks the shipping of logs: kinds, retention, and the collector's configuration by a collector that runs. */
export async function checkLogs(report: Report): Promise<void> {
  await report.check('logs: every kind has a stream, a retention and a way there', ways);
  const program = await report.check('an OpenTelemetry Collector is built', collector);
  await report.check('its configurations are valid', () => valid(program));
  await report.check('it tells kinds, times and traces of real lines, and takes errors by OTLP', () =>
    ships(program),
  );
}

type Tree = Record<string, unknown>;
interface Config {
  receivers: { otlp: Tree; filelog: { operators: { field?: string; value?: string; if?: string }[] } };
  exporters: Record<string, Tree>;
  service: { pipelines: Record<string, { exporters: string[] }> };
}

const logsFile = join(deploy, 'monitoring/logs/collector.yaml');
const tracesFile = join(deploy, 'compose/otel-collector.yaml');
const read = (file: string) => parse(readFileSync(file, 'utf8'), { merge: true }) as Config;

/** Settings of the collector's exporter to Elasticsearch that we use (version 0.140). */
const EXPORTER = ['endpoints', 'user', 'password', 'mapping', 'retry', 'sending_queue', 'logs_index'];
const MODES = ['bodymap', 'none'];

function ways(): string {
  const text = readFileSync(logsFile, 'utf8');
  const named = new Set([...text.matchAll(/\bece\.(\w+)/g)].map(([, kind]) => kind!));
  for (const [, list] of text.matchAll(/body\.kind in \[(.*)\]/g)) {
    for (const kind of list!.replaceAll(/[" ]/g, '').split(',')) named.add(kind);
  }
  const problems: string[] = [];
  for (const [kind, { days, warm, rollover }] of kinds()) {
    if (!named.delete(kind)) problems.push(`nothing ships ${kind}`);
    if (!(rollover <= warm && warm < days)) problems.push(`${kind} is not kept in order`);
  }
  for (const kind of named) problems.push(`${kind} is kept for ever`);
  for (const [name, settings] of Object.entries(read(logsFile).exporters)) {
    const unknown = Object.keys(settings).filter((key) => !EXPORTER.includes(key));
    if (unknown.length > 0) problems.push(`${name} has ${unknown.join(', ')}`);
    if (!MODES.includes((settings.mapping as { mode: string }).mode))
      problems.push(`${name} has another mode`);
  }
  // Both engines get the same streams, and a policy for each that ends in a deletion.
  for (const engine of ['elasticsearch', 'opensearch'] as const) {
    const policies = setupOf(engine).filter(
      ({ path }) => path.includes('/policy/') || path.includes('/policies/'),
    );
    for (const [kind, { days }] of kinds()) {
      const policy = policies.find(({ path }) => path.endsWith(`/ece-logs-${kind}`));
      if (!JSON.stringify(policy ?? '').includes(`"${days}d"`))
        problems.push(`${engine} keeps ${kind} for ever`);
    }
  }
  expectNone(problems);
  return [...kinds()].map(([kind, { days }]) => `${kind} ${days} days`).join(', ');
}

/** Builds the collector of `tools/deploy/collector`, unless it was built before. @returns its path */
async function collector(): Promise<string> {
  const source = join(root, 'tools/deploy/collector');
  const go = find('go');
  if (!go) throw new Skip('there is no Go on this machine');
  const hash = createHash('sha256');
  for (const name of ['main.go', 'go.mod', 'go.sum']) hash.update(readFileSync(join(source, name)));
  const folder = join(root, 'node_modules/.cache/ece-collector');
  const program = join(folder, hash.digest('hex').slice(0, 16));
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  const flags = ['-buildvcs=false', '-mod=readonly', '-trimpath', '-ldflags=-s -w'];
  await must(go, ['build', ...flags, '-o', program, '.'], { cwd: source, seconds: 900 });
  return program;
}

/** The configuration with files in place of Elasticsearch, which our collector does not know. */
function withFiles(config: Config, folder: string): string {
  const fileOf = (name: string) => name.replace('elasticsearch', 'file');
  const exporters = Object.fromEntries(
    Object.entries(config.exporters).map(([name, settings]) =>
      name.startsWith('elasticsearch')
        ? [fileOf(name), { path: join(folder, fileOf(name).replace('/', '-')), flush_interval: '100ms' }]
        : [name, settings],
    ),
  );
  const pipelines = Object.fromEntries(
    Object.entries(config.service.pipelines).map(([name, pipeline]) => [
      name,
      { ...pipeline, exporters: pipeline.exporters.map(fileOf) },
    ]),
  );
  const path = join(folder, 'collector.yaml');
  const service = { ...config.service, pipelines };
  // JSON is YAML in which nothing is taken for a time.
  writeFileSync(path, JSON.stringify({ ...config, exporters, service }));
  return path;
}

/** Runs work in a folder of its own with the environment that leads the collector there. */
async function inFolder<T>(work: (folder: string, env: NodeJS.ProcessEnv) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'ece-logs-'));
  const env = {
    ...process.env,
    ECE_ENVIRONMENT: 'staging',
    ECE_OTLP_LISTEN: `127.0.0.1:${await freePort()}`,
    ECE_LOGS_STATE: join(folder, 'state'),
    ECE_LOGS_FILES: join(folder, 'pods/ece_*/*/*.log'),
  };
  try {
    return await work(folder, env);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function needed(program: string | undefined): string {
  if (!program) throw new Skip('there is no collector');
  return program;
}

async function valid(program: string | undefined): Promise<void> {
  const collector = needed(program);
  await inFolder(async (folder, env) => {
    const logs = withFiles(read(logsFile), folder);
    await must(collector, ['validate', `--config=${logs}`], { env });
    await must(collector, ['validate', `--config=${logs}`, `--config=${tracesFile}`], { env });
    const everything = environments().find(({ name }) => name === 'everything')!;
    const map = (await render(everything)).find(
      ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'ece-collector',
    );
    const ofChart = join(folder, 'chart.yaml');
    writeFileSync(ofChart, map!.data['traces.yaml']);
    await must(collector, ['validate', `--config=${logs}`, `--config=${ofChart}`], { env });
  });
}

const TRACE = 'ab'.repeat(16);
const TOLD = '2026-01-02T03:04:05.678Z';

/** Lines as containers write them, and the kind that each has. */
const LINES: [kind: string, line: string | object][] = [
  ['access', { level: 30, time: TOLD, kind: 'access', trace_id: TRACE, status: 200, msg: 'request' }],
  ['security', { level: 30, time: TOLD, kind: 'security', status: 403, msg: 'request' }],
  ['audit', { level: 30, time: TOLD, kind: 'audit', action: 'trading.halt', msg: 'audit' }],
  ['application', { level: 50, time: TOLD, err: { type: 'Error', message: 'x' }, msg: 'request failed' }],
  ['application', { level: 30, time: TOLD, kind: 'of somebody else', msg: 'x' }],
  ['application', '(node:7) Warning: plain words'],
  ['application', '{"cut off":'],
  ['database', '2026-01-02 03:04:05.678 UTC [57] ERROR:  relation "x" does not exist'],
  ['database', { level: 'info', ts: TOLD, logger: 'postgres', msg: 'record', record: {} }],
  ['access', { time: '2026-01-02T03:04:05+00:00', path: '/api/v1/cards', status: 200, cache: 'HIT' }],
  [
    'security',
    '2026/01/02 03:04:05 [error] 20#20: *5 [client 192.0.2.1] ModSecurity: Access denied with code 403',
  ],
];

/** A record as the collector's file exporter writes it. */
interface Shipped {
  timeUnixNano: string;
  traceId?: string;
  body: {
    stringValue?: string;
    kvlistValue?: { values: { key: string; value: { stringValue?: string } }[] };
  };
  attributes: { key: string; value: { stringValue?: string } }[];
}

function shipped(file: string): Shipped[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.flatMap((line) => {
    const { resourceLogs } = JSON.parse(line) as {
      resourceLogs: { scopeLogs: { logRecords: Shipped[] }[] }[];
    };
    return resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords));
  });
}

async function ships(program: string | undefined): Promise<string> {
  const collector = needed(program);
  return await inFolder(async (folder, env) => {
    const pod = join(folder, 'pods/ece_ece-gateway-1_00000000-0000-4000-8000-000000000000/ece');
    mkdirSync(pod, { recursive: true });
    // As containerd writes them; the last line comes in two parts.
    const lines = LINES.map(([, line]) => (typeof line === 'string' ? line : JSON.stringify(line)));
    const stamped = lines.map((line) => `2026-01-02T03:04:06.000000000Z stdout F ${line}`);
    const last = stamped.pop()!;
    stamped.push(`${last.slice(0, 60).replace(' F ', ' P ')}`, last.replace(/ F .*/, ` F ${last.slice(60)}`));
    writeFileSync(join(pod, '0.log'), `${stamped.join('\n')}\n`);
    const config = withFiles(read(logsFile), folder);
    const child = spawn(collector, [`--config=${config}`], { env, stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    try {
      await eventually(async () => shipped(join(folder, 'file')).length >= LINES.length);
      await eventually(async () => {
        const record = { severityNumber: 17, body: { stringValue: 'request failed' }, traceId: TRACE };
        const body = { resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] };
        await fetch(`http://${env.ECE_OTLP_LISTEN}/v1/logs`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
        return shipped(join(folder, 'file-errors')).some(({ traceId }) => traceId === TRACE);
      });
      expectNone(problemsOf(shipped(join(folder, 'file'))));
      return `${LINES.length} lines`;
    } finally {
      child.kill('SIGKILL');
      await ended;
    }
  });
}

/** What is wrong with the records that came of `LINES`, in their order. */
function problemsOf(records: Shipped[]): string[] {
  const told = String(Date.parse(TOLD));
  return records.flatMap((record, index) => {
    const [kind, line] = LINES[index]!;
    const attributes = new Map(record.attributes.map(({ key, value }) => [key, value.stringValue]));
    const body = new Map(
      (record.body.kvlistValue?.values ?? []).map(({ key, value }) => [key, value.stringValue]),
    );
    const ours = typeof line === 'object' && 'time' in line && line.time === TOLD;
    const checks: Record<string, boolean> = {
      [`is ${attributes.get('data_stream.dataset')}`]:
        attributes.get('data_stream.dataset') === `ece.${kind}`,
      'is of another environment': attributes.get('data_stream.namespace') === 'staging',
      'has no time': !ours || (body.get('@timestamp') === TOLD && record.timeUnixNano.startsWith(told)),
      'has a time that cannot be read': !Number.isNaN(Date.parse(body.get('@timestamp') ?? '')),
      'keeps no words': typeof line === 'object' || body.get('msg') === line,
      'has no pod': body.get('pod') === 'ece-gateway-1',
      'has no trace': typeof line === 'string' || !('trace_id' in line) || record.traceId === TRACE,
    };
    const wrong = Object.entries(checks).filter(([, holds]) => !holds);
    return wrong.map(([what]) => `${JSON.stringify(line)} ${what}`);
  });
}
