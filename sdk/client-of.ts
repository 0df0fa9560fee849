import type { Answer, Input, OperationOptions, Operations } from '@ece/contract';
import { type CallTable, mapValues } from './calls.ts';
import { type Feed, type FeedHandlers, openFeed } from './feed.ts';
import { type CallOptions, request } from './request.ts';

export interface ClientOptions {
  /** Where the exchange is, e.g. http://localhost:3000. */
  url: string;
  /** Access token from an earlier sign-in. */
  accessToken?: string;
  /** Sent with every call; a function is asked for each. */
  headers?: Record<string, string> | (() => Record<string, string>);
  /** Milliseconds that a call may take. */
  timeoutMs?: number;
}

/** What signing in needs. */
export interface Credentials {
  email: string;
  password: string;
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

/**
 * Makes a client for the calls of a table. It needs nothing of the contract at run time.
 * @param table what `callTable` made of the contract's operations
 */
export function clientOf(table: CallTable, options: ClientOptions): Ece {
  const base = new URL('/api/v1', options.url).href;
  const { headers = {}, timeoutMs = 30_000 } = options;
  const session: Session = { accessToken: options.accessToken };
  const calls = mapValues(table, (list) =>
    mapValues(list, (shape) => async (input: Record<string, unknown> = {}, call: CallOptions = {}) => {
      // Signing in needs no token; all others do, as a token that has ended is refused by public calls too.
      const accessToken = shape.signsIn ? undefined : await currentToken(session);
      const own = typeof headers === 'function' ? headers() : headers;
      return request({ base, accessToken, headers: own, timeoutMs }, shape, input, call);
    }),
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
