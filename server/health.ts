import type { Metrics } from '@ece/platform/telemetry/metrics';
import type { FastifyInstance } from 'fastify';

/** Something that must work before this process takes calls, or that it can do without. */
export interface Check {
  name: string;
  ready(): Promise<boolean>;
  /** While it does not work the process is still ready, and says that it is degraded. */
  optional?: boolean;
}

const PATIENCE_MS = 3000;

/**
 * Serves `/health/live` (the process runs), `/health/ready` (it can serve; names what is not ready, and what it does without) and
 * `/metrics` (Prometheus).
 */
export function serveHealth(app: FastifyInstance, checks: Check[], metrics: Metrics): void {
  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
  app.get('/health/live', async () => ({ status: 'ok' }));
  app.get('/health/ready', async (_request, reply) => {
    const results = await Promise.all(checks.map(async (check) => ({ ...check, ok: await passes(check) })));
    const failing = (optional: boolean) =>
      results.filter((each) => !each.ok && (each.optional ?? false) === optional).map(({ name }) => name);
    const notReady = failing(false);
    reply.code(notReady.length > 0 ? 503 : 200);
    return {
      status: notReady.length > 0 ? 'not_ready' : 'ok',
      checks: Object.fromEntries(results.map(({ name, ok }) => [name, ok])),
      notReady,
      degraded: failing(true),
    };
  });
}

/** The names of the checks that do not pass. */
export async function namesNotReady(checks: Check[]): Promise<string[]> {
  const results = await Promise.all(checks.map(async (check) => [check.name, await passes(check)] as const));
  return results.filter(([, ok]) => !ok).map(([name]) => name);
}

async function passes(check: Check): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), PATIENCE_MS);
  check.ready().then(resolve, () => resolve(false));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}
