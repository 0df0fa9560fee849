import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { freePort } from '../tests/support/processes.ts';
import { makeBases } from './containers/bases.ts';
import {
  checkAlertmanager,
  checkContainers,
  checkFirewall,
  checkImages,
  checkPages,
  checkPrometheus,
  checkRedis,
  checkStory,
  IMAGES,
} from './containers/checks.ts';
import { findCompose } from './containers/compose-program.ts';
import { type Engine, openEngine } from './containers/engine.ts';
import { checkRepeat } from './containers/repeat.ts';
import { find, installMissing, must, root } from './deploy/programs.ts';
import { Report } from './deploy/report.ts';

/**
 * `npm run test:containers`: builds the images by a real Docker engine, starts the stack of `deploy/compose` with them and
 * tries it from outside. No registry of images is asked: `tests/containers` says what stands in for which.
 * `--keep FOLDER` leaves the engine's files there, so that the next run builds only what has changed. `--twice` builds the
 * images a second time, compares both, and starts nothing.
 */
const { values } = parseArgs({ options: { keep: { type: 'string' }, twice: { type: 'boolean' } } });
const kept = values.keep && resolve(values.keep);
const report = new Report();
const NEEDED = [
  { program: 'dockerd', packages: ['docker.io'] },
  { program: 'debootstrap', packages: ['debootstrap'] },
  { program: 'iptables', packages: ['iptables'] },
  { program: 'openssl', packages: ['openssl'] },
];
const ADMIN = { ECE_ADMIN_EMAIL: 'operator@demo.ece.example', ECE_ADMIN_PASSWORD: 'operator of containers' };

const isAble = process.platform === 'linux' && process.arch === 'x64' && process.getuid?.() === 0;
if (isAble) installMissing(NEEDED);
const missing = NEEDED.filter(({ program }) => !find(program)).map(({ program }) => program);
if (!isAble || missing.length > 0) {
  console.log(
    isAble
      ? `There is no ${missing.join(', ')}.`
      : 'Containers are tried on Linux, x64, by root, who starts an engine.',
  );
  console.log('0 passed, 0 failed, 1 skipped');
} else {
  const folder = kept ?? mkdtempSync('/var/tmp/ece-containers-');
  mkdirSync(folder, { recursive: true });
  // Also of an engine that is just starting: nothing of it may be left behind.
  const starting = report.check('a Docker engine', () => start(folder));
  let cleaning: Promise<void> | undefined;
  // Once, whoever asks: a signal, or the end of the checks that it cut short.
  const cleanUp = () =>
    (cleaning ??= starting.then(async (engine) => {
      await engine?.compose(['down', '--volumes', '--timeout', '5']).catch(() => {});
      await engine?.stop();
      if (!kept) rmSync(folder, { recursive: true, force: true });
    }));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // A second one would leave behind what is being taken down.
    process.on(signal, () => {
      if (!cleaning) console.log('  interrupted: the containers are taken down ...');
      void cleanUp().then(() => process.exit(130));
    });
  }
  /** Nothing is begun any more while everything is taken down. */
  const unlessCleaning =
    <A extends unknown[], T>(work: (...args: A) => Promise<T>) =>
    (...args: A) =>
      cleaning ? Promise.reject(new Error('the run was interrupted')) : work(...args);
  try {
    const engine = await starting;
    if (engine) {
      const { docker, compose } = engine;
      const own = { ...engine, docker: unlessCleaning(docker), compose: unlessCleaning(compose) };
      await tryStack(own, folder);
    }
  } finally {
    await cleanUp();
  }
  process.exitCode = report.close();
}

async function start(folder: string): Promise<Engine> {
  const names = ['HTTP', 'HTTPS', 'CHAIN', 'PROMETHEUS', 'ALERTMANAGER', 'MAIL', 'GRAFANA'];
  const ports: Record<string, string> = {};
  for (const name of names) ports[`ECE_${name}_PORT`] = String(await freePort());
  return await openEngine({
    folder: join(folder, 'engine'),
    keep: kept !== undefined,
    dockerd: find('dockerd')!,
    compose: await findCompose(folder),
    files: ['deploy/compose/compose.yaml', 'tests/containers/compose.yaml'].map((file) => join(root, file)),
    env: {
      ...ports,
      ...ADMIN,
      // Apart from a stack that somebody works with.
      COMPOSE_PROJECT_NAME: 'ece-containers',
      ECE_SERVER_IMAGE: IMAGES.server,
      ECE_WEB_IMAGE: IMAGES.web,
      ECE_PROXY_IMAGE: 'ece-local/proxy',
      ECE_PUBLIC_URL: `https://localhost:${ports.ECE_HTTPS_PORT}`,
      // There is no mail catcher here: mails are kept for /mailbox. The story brings its own people and cards.
      ECE_SMTP_URL: '',
      ECE_SEED: 'migrate',
      SOURCE_DATE_EPOCH: (await must('git', ['log', '-1', '--format=%ct']).catch(() => '0')).trim(),
    },
  });
}

async function tryStack(engine: Engine, folder: string): Promise<void> {
  const { env } = engine;
  const composed = async (args: string[], seconds: number) => {
    const { code, out, err } = await engine.compose(args, { seconds });
    if (code !== 0) throw new Error(`${out}${err}`.slice(-6000));
  };
  if (
    !(await report.check('bases of what Debian and npm have', () =>
      makeBases(engine, folder, kept !== undefined),
    ))
  )
    return;
  const built = await report.check('our images, by our Dockerfiles', async () => {
    await composed(['build', 'users', 'web', 'proxy'], 600);
    return 'server, web and proxy';
  });
  if (!built) return;
  await report.check('what is in the images', () => checkImages(engine));
  if (values.twice) {
    await report.check('the same images, built a second time', () => checkRepeat(engine));
    return;
  }
  const up = await report.check('docker compose up --wait', async () => {
    try {
      await composed(['up', '--detach', '--wait', '--no-build', '--wait-timeout', '480'], 500);
    } catch (error) {
      const logs = await engine.compose(['logs', '--no-color', '--tail', '15']);
      const said = (error instanceof Error ? error.message : String(error)).slice(-1000);
      throw new Error(`${said}\n${logs.out.slice(-8000)}`);
    }
    return 'healthy';
  });
  if (!up) return;
  await report.check('containers: healthy, read-only, not root', () => checkContainers(engine));
  const certificate = join(folder, 'tls.crt');
  const shown = await engine.compose(['exec', '-T', 'proxy', 'cat', '/run/nginx/tls/tls.crt']);
  writeFileSync(certificate, shown.out);
  const entrance = { url: env.ECE_PUBLIC_URL!, certificate };
  await report.check('pages', () => checkPages(entrance));
  await report.check('the story, through the proxy and over TLS', () =>
    checkStory(engine, certificate, ADMIN),
  );
  await report.check('the firewall', () => checkFirewall(entrance));
  await report.check('Redis', () => checkRedis(engine));
  const local = (port: string | undefined) => `http://127.0.0.1:${port}`;
  await report.check('Prometheus asks every role', () => checkPrometheus(local(env.ECE_PROMETHEUS_PORT)));
  await report.check('rules and Alertmanager', () =>
    checkAlertmanager(local(env.ECE_PROMETHEUS_PORT), local(env.ECE_ALERTMANAGER_PORT)),
  );
  await report.check('money, cards and chain agree', async () => {
    const verified = await engine.compose(['exec', '-T', 'wallet', 'node', 'server/main.ts', 'verify']);
    if (verified.code !== 0) throw new Error(verified.out + verified.err);
    return verified.out.trim().split('\n').at(-1)!.trim();
  });
  await report.check('an orderly stop', async () => {
    await composed(['stop', '--timeout', '40'], 120);
    const { out } = await engine.compose(['ps', '--all', '--format', '{{.Service}} {{.ExitCode}}']);
    const bad = out.split('\n').filter((line) => line !== '' && !/ (?:0)$/.test(line));
    if (bad.length > 0) throw new Error(bad.join('\n'));
    return 'every process ended with 0';
  });
}
