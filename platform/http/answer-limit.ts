import type { FastifyInstance, FastifyReply } from 'fastify';
import { sendProblem, toProblem } from './problem.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Milliseconds that the route's answer may take, where that is not what the app says. */
    answerMs?: number;
  }
}

/** Milliseconds between two looks at the requests that are late: in arriving, or with their answer. */
export const LOOK_MS = 1_000;

/**
 * Refuses requests that are not answered in time as `unavailable`, and ends answers that have begun and come to no
 * end. One timer looks at all of them: a timer and an abort signal for each request, as Fastify's `handlerTimeout`
 * has them, took a tenth of the time of a short call.
 * Call it before other hooks are registered.
 * @param ms milliseconds for routes that do not say `answerMs`; a second more may go by
 */
export function limitAnswers(app: FastifyInstance, ms: number): void {
  const deadlines = new Map<FastifyReply, number>();
  app.addHook('onRequest', (request, reply, done) => {
    deadlines.set(reply, performance.now() + (request.routeOptions.config?.answerMs ?? ms));
    done();
  });
  app.addHook('onResponse', (_request, reply, done) => {
    deadlines.delete(reply);
    done();
  });
  const look = setInterval(() => {
    const now = performance.now();
    for (const [reply, deadline] of deadlines) {
      if (now < deadline) continue;
      deadlines.delete(reply);
      if (reply.sent || reply.raw.destroyed) continue;
      if (reply.raw.headersSent) reply.raw.destroy();
      else sendProblem(reply, toProblem({ code: 'unavailable' }, reply.request.id));
    }
  }, LOOK_MS);
  look.unref();
  app.addHook('onClose', async () => clearInterval(look));
}
