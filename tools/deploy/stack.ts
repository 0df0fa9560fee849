import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../server/config.ts';
import { type RoleName, roleNames } from '../../server/roles.ts';
import { sign } from '../../server/signing.ts';
import { findCompose } from '../containers/compose-program.ts';
import { deploy, find, must, NGINX, root } from './programs.ts';
import { expectNone, type Report, Skip } from './report.ts';

interface Service {
  image: string;
  command?: string[];
  environment?: Record<string, string>;
  read_only?: boolean;
  cap_drop?: string[];
  user?: string;
  build?: object;
  profiles?: string[];
  restart?: string;
  healthcheck?: object;
  ports?: { host_ip?: string; published: string }[];
}

/** Checks the stack of containers and the proxy before it. */
export async function checkStack(report: Report): Promise<void> {
  report.heading('Containers and proxy');
  const folder = mkdtempSync(join(tmpdir(), 'ece-stack-'));
  try {
    await report.check('nginx -t', () => nginx(folder));
    const program = await report.check('docker compose', () => compose(folder));
    if (!program) return;
    const base = join(deploy, 'compose/compose.yaml');
    const read = (args: string[]) => must(program, [...args, 'config', '--format', 'json']);
    const stack = await report.check('docker compose config', async () => {
      await read(['--env-file', join(deploy, 'compose/devnet.env'), '--file', base]);
      const full = await read(['--env-file', join(deploy, 'compose/full.env'), '--file', base]);
      await read(['--file', base, '--file', join(root, 'tests/containers/compose.yaml')]);
      const all = servicesOf(await read(['--file', base, '--profile', '*']));
      const started = servicesOf(full);
      expectNone(
        Object.keys(all).flatMap((name) => (name in started ? [] : [`full.env does not start ${name}`])),
      );
      return all;
    });
    if (!stack) return;
    await report.check('every container is pinned, watched, read-only and for this machine alone', () => {
      expectNone(Object.entries(stack).flatMap(([name, service]) => containerProblems(name, service)));
      return `${Object.keys(stack).length} services`;
    });
    await report.check('Prometheus asks every role', () => {
      const text = readFileSync(join(deploy, 'monitoring/prometheus/prometheus.yml'), 'utf8');
      const names = /^ *- names: \[(.*)\]$/m.exec(text)?.[1]?.split(', ') ?? [];
      expectNone(roleNames.filter((role) => !names.includes(role)));
    });
    await report.check('every role has its container, and the exchange takes its settings', () =>
      settings(stack, folder),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const servicesOf = (config: string) => (JSON.parse(config) as { services: Record<string, Service> }).services;

async function nginx(folder: string): Promise<string> {
  const missing = NGINX.filter(({ program }) => !find(program)).flatMap(({ packages }) => packages);
  if (missing.length > 0) throw new Skip(`${missing.join(', ')} is not here`);
  await must(join(deploy, 'nginx/entrypoint.sh'), ['-t'], {
    env: {
      ...process.env,
      PATH: `${process.env.PATH}:/usr/sbin`,
      ECE_NGINX_CONF: join(deploy, 'nginx'),
      ECE_NGINX_RUN: join(folder, 'nginx'),
      ECE_NGINX_SELF_SIGNED: 'true',
      ECE_NGINX_GATEWAY: '127.0.0.1:3000',
      ECE_NGINX_ACCESS_LOG: join(folder, 'access.log'),
    },
  });
  return 'with the firewall and its rules';
}

async function compose(folder: string): Promise<string> {
  if (process.platform !== 'linux') throw new Skip('docker compose is looked for on Linux alone');
  try {
    return await findCompose(folder);
  } catch (error) {
    throw new Skip(`docker compose is not here: ${error instanceof Error ? error.message : error}`);
  }
}

function containerProblems(name: string, service: Service): string[] {
  const problems: string[] = [];
  const want = (claim: string, holds: boolean) => {
    if (!holds) problems.push(`${name} ${claim}`);
  };
  const isOurs = service.build !== undefined;
  want('has no version', isOurs || /:v?\d+[\w.-]*$/.test(service.image));
  for (const port of service.ports ?? [])
    want(`opens ${port.published} to all`, port.host_ip === '127.0.0.1');
  // Those are not used yet, and are as their makers give them.
  if (service.profiles) return problems;
  want('has no health check', service.healthcheck !== undefined || isOurs);
  want('may write its root', service.read_only === true);
  want('keeps rights of root', service.cap_drop?.includes('ALL') === true);
  return problems;
}

/** Whether a process that is started by these words signs with the exchange's keys. */
export function signsBy([command, option, roles]: string[] = []): boolean {
  if (command !== 'serve') return command === 'seed';
  return option !== '--roles' || sign(roles!.split(',') as RoleName[]);
}

function settings(stack: Record<string, Service>, folder: string): string {
  const [secret, url] = [join(folder, 'secret'), join(folder, 'url')];
  writeFileSync(secret, 'x'.repeat(40));
  writeFileSync(url, 'postgres://ece:x@postgres:5432/ece');
  const problems: string[] = [];
  const served = new Set<string>();
  for (const [name, { command, environment }] of Object.entries(stack)) {
    if (!environment?.ECE_DATABASE_URL_FILE) continue;
    const env = Object.fromEntries(
      Object.entries(environment).map(([key, value]) => {
        if (key === 'ECE_KEYS_FILE' || !key.endsWith('_FILE')) return [key, value];
        return [key, key === 'ECE_DATABASE_URL_FILE' ? url : secret];
      }),
    );
    const signs = signsBy(command);
    if (signs !== (env.ECE_KEYS_PASSPHRASE_FILE !== undefined)) {
      problems.push(`${name} ${signs ? 'lacks' : 'has'} the passphrase of the keys`);
    }
    // As outside development, where nothing is made up.
    const config = readConfig({ ...env, ECE_ENVIRONMENT: 'staging' }, folder, { signs });
    if (!config.ok) problems.push(...config.failures.map((failure) => `${name}: ${failure}`));
    if (command?.[0] === 'serve') served.add(command[2]!);
  }
  const missing = roleNames.filter((role: RoleName) => !served.has(role));
  expectNone([...problems, ...missing.map((role) => `${role} has no container`)]);
  return `${served.size} roles`;
}
