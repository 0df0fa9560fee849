import type { AddressInfo } from 'node:net';
import type { ServiceName } from '@ece/contract';
import { MARKET_EVENTS } from '@ece/contract';
import { authenticate } from '@ece/edge/authenticate';
import { takeBrowserErrors } from '@ece/edge/gateway/browser-errors';
import { MAX_AGE_MS, serveHotPages } from '@ece/edge/gateway/hot-pages';
import { callCounts, limitRequests, pagesSecret } from '@ece/edge/gateway/limits';
import { proxyServices } from '@ece/edge/gateway/proxy';
import { sharePages } from '@ece/edge/gateway/shared-pages';
import { shareSessions } from '@ece/edge/gateway/shared-sessions';
import { proxyRealtime } from '@ece/edge/gateway/upgrade';
import { proxyWeb } from '@ece/edge/gateway/web';
import { outboxOf } from '@ece/edge/realtime/history';
import { Hub } from '@ece/edge/realtime/hub';
import { serveRealtime } from '@ece/edge/realtime/server';
import { ping } from '@ece/platform/db/database';
import { expireKeysJob } from '@ece/platform/db/idempotency-expiry';
import { lookJob } from '@ece/platform/db/replica';
import { createApp } from '@ece/platform/http/app';
import { createBreakers } from '@ece/platform/http/breaker';
import { drainOf } from '@ece/platform/http/drain';
import { exposeInternal, remote } from '@ece/platform/http/remote';
import type { InvariantCheck } from '@ece/platform/invariants';
import { type Job, type RunningJob, startJob } from '@ece/platform/jobs/runner';
import { shareCountsJob } from '@ece/platform/limits/share-counts';
import { mirrorJob } from '@ece/platform/outbox/mirror';
import type { OrderedEvent } from '@ece/platform/outbox/reader';
import { announce } from '@ece/platform/presence/announce';
import type { ServiceInstance } from '@ece/platform/service';
import type { FastifyInstance } from 'fastify';
import { root, upstreamsOf } from './config.ts';
import { type Check, namesNotReady, serveHealth } from './health.ts';
import { observeProcess } from './observe.ts';
import { servePages } from './pages.ts';
import type { Resources } from './resources.ts';
import { type Peers, type RoleName, services } from './roles.ts';
import { invariantChecks, verifyJob } from './verify/index.ts';
import { version } from './version.ts';
import { startWeb, type WebProcess } from './web/process.ts';

/** Milliseconds that calls in flight have when the process stops. */
const CLOSE_PATIENCE_MS = 10_000;

/** Starts a job's loop; `startJob` unless somebody else keeps the time. */
export type StartJob = typeof startJob;

/** A running process of the exchange. */
export interface Exchange {
  /** Where it listens. */
  url: string;
  app: FastifyInstance;
  /** The services that other parts of the server may call, in this process or another. */
  peers: Peers;
  /** The services that run in this process. */
  services: ReadonlyMap<ServiceName, ServiceInstance<object>>;
  resources: Resources;
  /** The invariants that this process watches. */
  checks: InvariantCheck[];
  /** The pages, where this process serves them. */
  web: WebProcess | undefined;
  /** Ends in the reverse order of the start: no new calls, the calls in flight, jobs, services, database. */
  stop(): Promise<void>;
}

/**
 * Starts roles in this process. A service that is not among them is reached over HTTP through the same
 * interface; nothing beyond this function knows which shape it runs in.
 */
export async function startExchange(
  resources: Resources,
  roles: RoleName[],
  start: StartJob = startJob,
): Promise<Exchange> {
  const { config, log, metrics, secrets, db } = resources;
  const upstreams = upstreamsOf(config);
  const isGateway = roles.includes('gateway');
  // Behind the gateway, which says where a call came from, its word counts.
  const trustProxy = config.trustProxy || !isGateway;
  const app = createApp({
    log,
    metrics,
    trustProxy,
    requestSeconds: config.requestSeconds,
    isEdge: isGateway,
  });
  const breakers = createBreakers({ log, metrics });
  const drain = drainOf(app.server);
  const instances = new Map<ServiceName, ServiceInstance<object>>();
  const peers = {} as Record<ServiceName, object>;
  const missing: string[] = [];
  for (const service of services) {
    if (roles.includes(service.name)) {
      const instance = await service.create(resources, peers as unknown as Peers);
      instances.set(service.name, instance);
      peers[service.name] = instance.api;
    } else {
      const url = upstreams[service.name];
      if (!url && neededBy(roles, service.name)) missing.push(`ECE_${service.name.toUpperCase()}_URL`);
      peers[service.name] = remote<object>(service.name, service.methods as never, {
        url: url ?? 'http://unset.invalid',
        secret: secrets.internalSecret,
        ...(url && { breaker: breakers.of(url) }),
      });
    }
  }
  const servesFeed = roles.includes('realtime');
  if (isGateway && !servesFeed && !upstreams.realtime) missing.push('ECE_REALTIME_URL');
  if (roles.includes('web') && !isGateway && !config.gatewayUrl) missing.push('ECE_GATEWAY_URL');
  if (missing.length > 0) throw new MissingUpstreams(missing);

  const typedPeers = peers as unknown as Peers;
  const principalOfSession = (cookie: string) => typedPeers.auth.principalOfSession(cookie);
  const counts = callCounts();
  const hear = (listener: (events: OrderedEvent[]) => void) => void resources.relay.listen(listener);
  if (isGateway) {
    const shared = resources.redis && sharePages(resources.redis, MAX_AGE_MS);
    serveHotPages(app, { listen: hear, metrics, shared });
    const pages = pagesSecret(secrets.internalSecret);
    limitRequests(app, { counts, perMinute: config.requestsPerMinute, pages });
  }
  // Sockets stay open for long, so that they ask the service itself.
  const sessionOfCookie =
    isGateway && resources.redis
      ? shareSessions({
          ...{ redis: resources.redis, read: principalOfSession, listen: hear },
          secret: secrets.tokenSecret,
        })
      : principalOfSession;
  authenticate(app, {
    tokenSecret: secrets.tokenSecret,
    publicUrl: resources.publicUrl,
    ...(isGateway && { principalOfSession: sessionOfCookie }),
  });
  app.register(async (scope) => {
    for (const [name, instance] of instances) {
      instance.routes(scope);
      const { methods } = services.find((service) => service.name === name)!;
      exposeInternal(scope, name, instance.api, methods as never, secrets.internalSecret);
    }
    if (isGateway) servePages(scope, resources);
    if (isGateway) takeBrowserErrors(scope, { metrics });
  });
  const jobs: Job[] = [...instances.values()].flatMap((instance) => instance.jobs);
  const chainParts = resources.opened();
  if (chainParts) jobs.push(...chainParts.sender.jobs);
  const checks = invariantChecks(instances.values(), { shared: isGateway, chain: chainParts?.chain });
  if (resources.reads) jobs.push(lookJob(resources.reads));
  jobs.push(verifyJob({ db, log, metrics, checks }));
  if (servesFeed) {
    const hub = new Hub({ outbox: outboxOf(db), log });
    const realtime = serveRealtime(app, {
      hub,
      tokenSecret: secrets.tokenSecret,
      publicUrl: resources.publicUrl,
      accessTokenSeconds: config.accessTokenSeconds,
      trustProxy,
      ...(isGateway && { principalOfSession }),
    });
    resources.relay.listen((events) => realtime.deliver(events));
    jobs.push(mirrorJob({ db, topic: 'market', types: MARKET_EVENTS, everyMs: 100, hint: resources.hint }));
    metrics.gauge('ece_realtime_subscriptions', 'Topics followed by sockets', [], (gauge) =>
      gauge.set(hub.size),
    );
    metrics.gauge('ece_realtime_sockets', 'Open sockets of the realtime feed', [], (gauge) =>
      gauge.set(realtime.sockets),
    );
    metrics.gauge('ece_realtime_kept_bytes', 'Frames kept for sockets that come back', [], (gauge) =>
      gauge.set(hub.keptBytes),
    );
  }
  if (isGateway) {
    jobs.push(expireKeysJob(db));
    if (resources.redis) jobs.push(shareCountsJob('calls', counts, resources.redis));
    const { requestSeconds } = config;
    const { tokenSecret } = secrets;
    proxyServices(app, { upstreams: absent(upstreams, roles), tokenSecret, breakers, requestSeconds });
    if (!servesFeed) {
      const sessions = {
        principalOfSession,
        tokenSecret: secrets.tokenSecret,
        accessTokenSeconds: config.accessTokenSeconds,
      };
      proxyRealtime(app, upstreams.realtime!, sessions, config.trustProxy);
    }
  }
  let web: WebProcess | undefined;
  if (isGateway || roles.includes('web')) {
    const target = () => (roles.includes('web') ? web?.url() : upstreams.web);
    proxyWeb(app, { target, https: resources.publicUrl.startsWith('https:') });
  }
  const ready = checksOf(resources, roles, () => web);
  const helpers = [...instances.values()].flatMap((instance) => instance.helpers ?? []);
  const notDraining = { name: 'running', ready: async () => !drain.begun };
  serveHealth(app, [notDraining, ...ready, ...helpers.map((each) => ({ ...each, optional: true }))], metrics);
  observeProcess(resources);

  await resources.relay.start();
  const address = await listen(app, config.host, config.port);
  if (roles.includes('web')) {
    const apiUrl = isGateway ? loopback(app) : config.gatewayUrl!;
    web = startWeb({ root, apiUrl, secret: pagesSecret(secrets.internalSecret), log });
  }
  const presence = announce({ db, roles, version, notReady: () => namesNotReady(ready) });
  jobs.push(presence.job);
  const runs = metrics.counter('ece_job_runs_total', 'Runs of jobs', ['name', 'ok'] as const);
  const running: RunningJob[] = jobs.map((job) =>
    start(job, log, (name, ok, ms) => {
      runs.inc({ name, ok: String(ok) });
      presence.ran(name, ok, ms);
    }),
  );
  return {
    url: address,
    app,
    peers: typedPeers,
    services: instances,
    resources,
    checks,
    web,
    async stop() {
      await drain.begin(config.drainSeconds * 1000);
      // A client that stops reading must not hold up the rest.
      const insist = setTimeout(() => app.server.closeAllConnections(), CLOSE_PATIENCE_MS);
      await app.close();
      clearTimeout(insist);
      await web?.stop();
      await Promise.all(running.map((job) => job.stop()));
      await presence.leave();
      for (const instance of [...instances.values()].reverse()) await instance.stop?.();
      await resources.close();
    },
  };
}

/** Settings that the chosen roles need and that are not there. */
export class MissingUpstreams extends Error {
  constructor(names: string[]) {
    super(`these roles need to know where other services run: ${names.join(', ')}`);
  }
}

function neededBy(roles: RoleName[], service: ServiceName): boolean {
  if (roles.includes('gateway')) return true;
  return services.some((other) => roles.includes(other.name) && (other.needs as string[]).includes(service));
}

function absent(upstreams: ReturnType<typeof upstreamsOf>, roles: RoleName[]) {
  const entries = Object.entries(upstreams).filter(([name]) => !roles.includes(name as RoleName));
  return Object.fromEntries(entries) as Partial<Record<ServiceName, string>>;
}

function checksOf(resources: Resources, roles: RoleName[], web: () => WebProcess | undefined): Check[] {
  const upstreams = upstreamsOf(resources.config);
  const chain = resources.opened()?.chain;
  const checks: Check[] = [
    { name: 'database', ready: () => ping(resources.db) },
    ...(chain ? [{ name: 'chain', ready: () => chain.health() }] : []),
  ];
  if (!roles.includes('gateway')) {
    const pages = { name: 'web', ready: async () => web()?.url() !== undefined };
    return roles.includes('web') ? [...checks, pages] : checks;
  }
  // Without its pages the exchange still trades: they are no reason to send nobody here.
  const others = Object.entries(upstreams).filter(
    ([name, url]) => url && name !== 'web' && !roles.includes(name as RoleName),
  );
  return [
    ...checks,
    ...others.map(([name, url]) => ({
      name,
      ready: async () =>
        (await fetch(new URL('/health/ready', url), { signal: AbortSignal.timeout(2000) })).ok,
    })),
  ];
}

/** Where this process reaches itself. */
function loopback(app: FastifyInstance): string {
  const { address, port } = app.server.address() as AddressInfo;
  if (address === '0.0.0.0' || address === '::') return `http://127.0.0.1:${port}`;
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
}

async function listen(app: FastifyInstance, host: string, port: number): Promise<string> {
  await app.listen({ host, port });
  const { port: actual } = app.server.address() as AddressInfo;
  return `http://${host === '127.0.0.1' || host === '0.0.0.0' || host === '::' ? 'localhost' : host}:${actual}`;
}
