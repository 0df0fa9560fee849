import { type IncomingMessage, Agent as PlainAgent, request as plainRequest } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';

/** Where Elasticsearch or OpenSearch is, and how to be let in. */
export interface Access {
  /** `https://` or `http://`; a name and a password in it are sent as basic authentication. */
  url: string;
  /** Sent as `ApiKey`, in place of a name and a password. */
  apiKey?: string | undefined;
  /** The certificate authority that the server's certificate is checked against, as PEM; else those of Node. */
  ca?: string | undefined;
}

/** A call that went wrong. Neither address nor answer is in it: they may hold secrets or what people wrote. */
export class EngineError extends Error {
  /** The HTTP status; 0 where there was no answer. */
  readonly status: number;
  constructor(status: number, what: string, cause?: unknown) {
    super(`the search engine: ${what}`, cause === undefined ? undefined : { cause });
    this.status = status;
  }

  /** Whether the engine itself is in trouble, and not what it was asked for. */
  get isOutage(): boolean {
    return this.status === 0 || this.status >= 500 || [401, 403, 404, 408, 429].includes(this.status);
  }
}

export interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
  path: string;
  /** Sent as JSON. */
  json?: unknown;
  /** Lines of JSON, for `_bulk` and `_msearch`. */
  lines?: string;
  patienceMs: number;
}

/** Calls of Elasticsearch's REST API. */
export interface Client {
  /** Gives the answer. Throws `EngineError` where there is none in time or its status is 400 or above. */
  call<T>(call: Call): Promise<T>;
  close(): void;
}

/** Connections to the engine, and calls that may be out at once; further ones are refused. */
const CONNECTIONS = 32;
const MOST_CALLS = 256;
/** The longest answer that is read. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Makes a client. It connects when it is first called, and keeps its connections. */
export function createClient({ url, apiKey, ca }: Access): Client {
  const base = new URL(url);
  const isSecure = base.protocol === 'https:';
  const request = isSecure ? secureRequest : plainRequest;
  const options = { keepAlive: true, maxSockets: CONNECTIONS };
  const agent = isSecure ? new SecureAgent({ ...options, ...(ca && { ca }) }) : new PlainAgent(options);
  const folder = base.pathname.replace(/\/+$/, '');
  const authorization = authorizationOf(base, apiKey);
  let out = 0;

  const send = (call: Call): Promise<IncomingMessage> => {
    const body = call.lines ?? (call.json === undefined ? undefined : JSON.stringify(call.json));
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          agent,
          host: base.hostname.replace(/^\[|\]$/g, ''),
          port: base.port || (isSecure ? 443 : 80),
          method: call.method,
          path: folder + call.path,
          signal: AbortSignal.timeout(call.patienceMs),
          headers: {
            accept: 'application/json',
            ...(authorization && { authorization }),
            ...(body !== undefined && {
              'content-type': call.lines === undefined ? 'application/json' : 'application/x-ndjson',
              'content-length': Buffer.byteLength(body),
            }),
          },
        },
        resolve,
      );
      sent.on('error', reject);
      sent.end(body);
    });
  };

  return {
    async call<T>(call: Call): Promise<T> {
      if (out >= MOST_CALLS) throw new EngineError(0, 'too many calls are out');
      out++;
      try {
        const answer = await send(call);
        const text = await textOf(answer);
        const status = answer.statusCode ?? 0;
        if (status >= 400) throw new EngineError(status, `status ${status} ${kindOf(text)}`.trimEnd());
        return (text === '' ? undefined : JSON.parse(text)) as T;
      } catch (error) {
        if (error instanceof EngineError) throw error;
        const code = (error as { code?: unknown }).code;
        const cut = (error as Error).name === 'AbortError' || (error as Error).name === 'TimeoutError';
        throw new EngineError(0, cut ? 'no answer in time' : `no answer (${String(code ?? 'broken')})`);
      } finally {
        out--;
      }
    },
    close: () => agent.destroy(),
  };
}

function authorizationOf(base: URL, apiKey: string | undefined): string | undefined {
  if (apiKey !== undefined) return `ApiKey ${apiKey}`;
  if (base.username === '' && base.password === '') return undefined;
  const words = `${decodeURIComponent(base.username)}:${decodeURIComponent(base.password)}`;
  return `Basic ${Buffer.from(words).toString('base64')}`;
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MOST_BYTES) throw new EngineError(0, 'the answer is too long');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** The type of an error, a word of the engine's own; its reason may quote what people wrote. */
function kindOf(text: string): string {
  const kind = /"type"\s*:\s*"([a-z_]{1,60})"/.exec(text);
  return kind ? `(${kind[1]})` : '';
}
