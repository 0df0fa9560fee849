import type { Problem } from '@ece/contract';
import type { CallShape } from './calls.ts';
import { EceError } from './error.ts';

/** Options of one call. */
export interface CallOptions {
  /** For calls that move money or cards; a fresh one is made where it is absent. Keep it to repeat a call safely. */
  idempotencyKey?: string;
  signal?: AbortSignal;
}

/** Where and as whom a call is made. */
export interface Sender {
  /** Address of the API, with /api/v1. */
  base: string;
  accessToken: string | undefined;
  headers: Record<string, string>;
  timeoutMs: number;
}

/**
 * Makes one call.
 * @throws EceError with the code of the refusal, or `unreachable`
 */
export async function request(
  sender: Sender,
  shape: CallShape,
  input: Record<string, unknown>,
  options: CallOptions,
): Promise<unknown> {
  const { url, body } = place(sender.base, shape, input);
  const headers: Record<string, string> = {
    ...sender.headers,
    accept: shape.mediaType ?? 'application/json',
  };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (sender.accessToken) headers.authorization = `Bearer ${sender.accessToken}`;
  if (shape.key) headers['idempotency-key'] = options.idempotencyKey ?? crypto.randomUUID();
  const timeout = AbortSignal.timeout(sender.timeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  const response = await fetch(url, { method: shape.method, headers, body, signal }).catch(
    (error: unknown) => {
      throw new EceError(0, undefined, `The exchange cannot be reached: ${(error as Error).message}`);
    },
  );
  if (response.status === 204) return undefined;
  if (response.ok && shape.mediaType) return await readText(response);
  const answer: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw new EceError(response.status, answer as Problem | undefined);
  if (answer === undefined) throw new EceError(response.status, undefined, 'The answer was cut off.');
  return answer;
}

async function readText(response: Response): Promise<string> {
  return await response.text().catch(() => {
    throw new EceError(response.status, undefined, 'The answer was cut off.');
  });
}

/** Puts the inputs of a call where it has them: path, query or body. */
function place(base: string, shape: CallShape, input: Record<string, unknown>) {
  const path = shape.path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(input[name])));
  const url = new URL(`${base}${path}`);
  for (const key of shape.query ?? []) {
    if (input[key] !== undefined) url.searchParams.set(key, String(input[key]));
  }
  if (!shape.body) return { url, body: undefined };
  const body = Object.fromEntries(shape.body.map((key) => [key, input[key]]));
  return { url, body: JSON.stringify(body) };
}
