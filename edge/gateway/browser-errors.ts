import { type Static, Type } from '@ece/contract';
import { clientKey } from '@ece/platform/http/client-key';
import { sendProblem, toProblem } from '@ece/platform/http/problem';
import { WindowCounts } from '@ece/platform/limits/window-counts';
import type { Metrics } from '@ece/platform/telemetry/metrics';
import { reportError } from '@ece/platform/telemetry/spans';
import type { FastifyInstance } from 'fastify';

/** Where pages tell what they did not catch. */
export const BROWSER_ERRORS = '/browser-errors';

const WINDOW_MS = 60_000;
/** Reports of one client, and of all, in a minute: a fault of a page that everybody opens is told often enough by some. */
const MOST_OF_ONE = 10;
const MOST_OF_ALL = 300;
const MOST_CLIENTS = 10_000;
const MOST_BYTES = 8 * 1024;
const MOST_FRAMES = 20;

const REPORT = Type.Object(
  {
    type: Type.String({ pattern: '^[A-Za-z]\\w{0,59}$' }),
    message: Type.String({ maxLength: 300 }),
    stack: Type.String({ maxLength: 4000 }),
    /** The first part of the page's address: the rest names people and things. */
    page: Type.String({ pattern: '^/[a-z-]{0,30}$' }),
    /** The build that the page's scripts are of. */
    release: Type.String({ pattern: '^[0-9a-z]{1,40}$' }),
  },
  { additionalProperties: false },
);

/**
 * Takes what pages did not catch in browsers and reports it as an error of ours: type, message, frames within our own
 * scripts, page and release, in the trace of the call that the page had made last. Anybody may send it, so it is bounded
 * in size and number, and nothing of it is kept but what has the form of these. Nobody is named: neither cookie nor
 * address goes with it, and what looks like personal data in a message is masked.
 * @param options.now milliseconds since 1970
 */
export function takeBrowserErrors(
  app: FastifyInstance,
  { metrics, now = Date.now }: { metrics: Metrics; now?: () => number },
): void {
  const counts = new WindowCounts({ windowMs: WINDOW_MS, most: MOST_CLIENTS });
  const total = metrics.counter('ece_browser_errors_total', 'Errors of pages that browsers reported');
  app.post<{ Body: Static<typeof REPORT> }>(
    BROWSER_ERRORS,
    { bodyLimit: MOST_BYTES, schema: { body: REPORT } },
    async (request, reply) => {
      const at = now();
      const one = counts.add(`client:${clientKey(request.ip)}`, at);
      // Who is refused does not take from what all may send.
      if (one.used > MOST_OF_ONE || counts.add('all', at).used > MOST_OF_ALL) {
        const retryAfter = Math.max(1, Math.ceil(one.resetsInMs / 1000));
        reply.header('retry-after', retryAfter);
        return sendProblem(reply, toProblem({ code: 'too_many_requests', data: { retryAfter } }, request.id));
      }
      total.inc();
      const { page, release, ...told } = request.body;
      const error = errorOf(told);
      reportError(error, 'a page failed in a browser', { 'ece.page': page, 'ece.release': release });
      request.log.warn(
        { type: error.name, said: error.message, page, release },
        'a page failed in a browser',
      );
      return reply.code(204).send();
    },
  );
}

/** The error as one of ours would be: frames as V8 writes them, and a message that names nobody. */
function errorOf({ type, message, stack }: Pick<Static<typeof REPORT>, 'type' | 'message' | 'stack'>): Error {
  // What cannot be parsed is quoted in the message.
  const error = new Error(type === 'SyntaxError' ? '' : masked(message));
  error.name = type;
  error.stack = [type, ...stack.split('\n').flatMap(frameOf).slice(0, MOST_FRAMES)].join('\n');
  return error;
}

const MASKS: [pattern: RegExp, mask: string][] = [
  [/\S+@\S+/g, '[address]'],
  [/https?:\/\/\S+/g, '[link]'],
  // Names of properties are told, what people wrote is not.
  [/(["'`])(?![\w$.]{1,40}\1).*?\1/g, '[text]'],
  [/[0-9A-Za-z_-]{24,}/g, '[id]'],
  [/\d[\d.,]{3,}/g, '[number]'],
];

function masked(message: string): string {
  return MASKS.reduce((text, [pattern, mask]) => text.replace(pattern, mask), message);
}

/** A place in one of our scripts, as Chrome (`at name (address:1:2)`) or Firefox and Safari (`name@address:1:2`) name it. */
const PLACE = /(\/_next\/static\/[\w./~-]{1,200}\.js):(\d{1,7}):(\d{1,7})\)?$/;
const NAME = /^\s*at (?:async |new )*([\w$.]{1,80}) \(|^([\w$.]{1,80})@/;

function frameOf(line: string): string[] {
  const place = PLACE.exec(line);
  if (!place) return [];
  const [, chrome, others] = NAME.exec(line) ?? [];
  const [, path, row, column] = place;
  return [`    at ${chrome ?? others ?? 'anonymous'} (${path}:${row}:${column})`];
}
