import {
  type Answer,
  type Input,
  type OperationOptions,
  type Operations,
  operations,
  type Problem,
} from '@ece/contract';
import { EceError } from './error.ts';
import { type Feed, type FeedHandlers, openFeed } from './feed.ts';

export interface ClientOptions {
  /** Where the exchange is, e.g. http://localhost:3000. */
  url: string;
  /** Access token from an earlier sign-in. */
  accessToken?: string;
  /** Milliseconds that a call may take. */
  timeoutMs?: number;
}

/** What signing in needs. */
export interface Credentials {
  email: string;
  password: string;
}

/** Options of one call. */
export interface CallOptions {
  /** For calls that move money or cards; a fresh one is made where it is absent. Keep it to repeat a call safely. */
  idempotencyKey?: string;
  signal?: AbortSignal;
}

type Method<O extends OperationOptions> =
  unknown extends Input<O>
    ? (input?: Record<string, never>, options?: CallOptions) => Promise<Answer<O>>
    : Record<never, never> extends Input<O>
      ? (input?: Input<O>, options?: CallOptions) => Promise<Answer<O>>
      : (input: Input<O>, options?: CallOptions) => Promise<Answer<O>>;

type Calls = {
  [S in keyof Operations]: {
    [N in keyof Operations[S]]: Operations[S][N] extends OperationOptions ? Method<Operations[S][N]> : never;
  };
};

/** A client: a method for every call of the API, by service. */
export interface Ece extends Calls {
  /** Signs in and uses the access token from then on; a new one is fetched before it ends. */
  signIn(credentials: Credentials): Promise<Answer<Operations['auth']['login']>>;
  /** Makes an account and signs in. */
  signUp(account: Credentials & { handle?: string }): Promise<Answer<Operations['auth']['register']>>;
  /** Opens the realtime feed. */
  feed(handlers: FeedHandlers): Feed;
}

/** Makes a client. Refusals are thrown as `EceError` with the contract's code. */
export function createClient(options: ClientOptions): Ece {
  const base = new URL('/api/v1', options.url).href;
  const session: Session = { accessToken: options.accessToken };
  const send = (operation: OperationOptions, input: Record<string, unknown>, call: CallOptions) =>
    request(base, session, operation, input, call, options.timeoutMs ?? 30_000);

  const calls = Object.fromEntries(
    Object.entries(operations).map(([service, list]) => [
      service,
      Object.fromEntries(
        Object.entries(list).map(([name, operation]) => [
          name,
          (input: Record<string, unknown> = {}, call: CallOptions = {}) => send(operation, input, call),
        ]),
      ),
    ]),
  ) as unknown as Calls;

  const keep = <A extends { accessToken: string; expiresIn: number }>(
    answer: A,
    credentials: Credentials,
  ): A => {
    session.accessToken = answer.accessToken;
    session.renewAt = Date.now() + answer.expiresIn * 800;
    session.renew = async () => keep(await calls.auth.login(credentials), credentials);
    return answer;
  };
  return {
    ...calls,
    async signIn(credentials) {
      return keep(await calls.auth.login(credentials), credentials);
    },
    async signUp({ email, password, handle }) {
      return keep(await calls.auth.register({ email, password, handle }), { email, password });
    },
    feed: (handlers) => openFeed(base, () => currentToken(session), handlers),
  };
}

interface Session {
  accessToken: string | undefined;
  /** Unix milliseconds after which a new token is fetched. */
  renewAt?: number;
  renew?: () => Promise<unknown>;
  /** The renewal under way; all calls wait for the same one. */
  renewing?: Promise<unknown>;
}

/** The access token, renewed first where its time is nearly over. */
async function currentToken(session: Session): Promise<string | undefined> {
  if (session.renew && session.renewAt && Date.now() > session.renewAt) {
    session.renewing ??= session.renew().finally(() => {
      session.renewing = undefined;
    });
    await session.renewing;
  }
  return session.accessToken;
}

async function request(
  base: string,
  session: Session,
  operation: OperationOptions,
  input: Record<string, unknown>,
  options: CallOptions,
  timeoutMs: number,
): Promise<unknown> {
  // Signing in needs no token; all others do, as a token that has ended is refused by public calls too.
  const signsIn = operation.access === 'public' && operation.method !== 'GET';
  const accessToken = signsIn ? undefined : await currentToken(session);
  const { url, body } = place(base, operation, input);
  const headers: Record<string, string> = {
    accept: operation.mediaType ?? 'application/json',
  };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (accessToken) headers.authorization = `Bearer ${accessToken}`;
  if (operation.idempotent) headers['idempotency-key'] = options.idempotencyKey ?? crypto.randomUUID();
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  const response = await fetch(url, { method: operation.method, headers, body, signal }).catch(
    (error: unknown) => {
      throw new EceError(0, undefined, `The exchange cannot be reached: ${(error as Error).message}`);
    },
  );
  if (response.status === 204) return undefined;
  if (response.ok && operation.mediaType) return await readText(response);
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

/** Puts the inputs of a call where its operation has them: path, query or body. */
function place(base: string, operation: OperationOptions, input: Record<string, unknown>) {
  const path = operation.path.replaceAll(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(String(input[name])),
  );
  const url = new URL(`${base}${path}`);
  const keys = (schema: unknown) =>
    Object.keys((schema as { properties?: object } | undefined)?.properties ?? {});
  for (const key of keys(operation.query)) {
    if (input[key] !== undefined) url.searchParams.set(key, String(input[key]));
  }
  if (!operation.body) return { url, body: undefined };
  const body = Object.fromEntries(keys(operation.body).map((key) => [key, input[key]]));
  return { url, body: JSON.stringify(body) };
}
