import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Case } from './firewall-cases.ts';
import { freePort } from './processes.ts';

/** The way in through a proxy, over TLS. */
export interface Entrance {
  url: string;
  /** File of the certificate that it shows. */
  certificate: string;
}

/** What came back. */
export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  /** Whether the exchange itself has answered, and not what is before it. */
  fromExchange: boolean;
}

/** Sends a call as it is written, odd paths and methods included. */
export function send({ url, certificate }: Entrance, call: Case): Promise<Answer> {
  const { hostname, port } = new URL(url);
  const raw = typeof call.body === 'string' ? call.body : JSON.stringify(call.body);
  const headers = {
    'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    accept: 'application/json',
    ...(raw !== undefined && {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(raw)),
    }),
    ...call.headers,
  };
  const options = { hostname, port, path: call.path, method: call.method ?? 'GET', headers };
  return new Promise((resolve, reject) => {
    const asked = request({ ...options, ca: readFileSync(certificate), agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        text += chunk;
      });
      answer.once('error', reject);
      answer.once('end', () =>
        resolve({
          status: answer.statusCode!,
          headers: answer.headers,
          text,
          fromExchange: answer.headers['x-request-id'] !== undefined,
        }),
      );
    });
    asked.once('error', reject);
    asked.end(raw);
  });
}

/** A real nginx with the configuration of `deploy/nginx`. */
export interface ProxyServer extends Entrance {
  plainUrl: string;
  /** What it has written. */
  output(): string;
  stop(): Promise<void>;
}

const conf = fileURLToPath(new URL('../../deploy/nginx', import.meta.url));

/** Starts nginx before a gateway. @throws with its own words when it does not come up */
export async function startProxy(options: {
  gateway: string;
  httpsPort: number;
  settings?: Record<string, string>;
}): Promise<ProxyServer> {
  const folder = mkdtempSync(join(tmpdir(), 'ece-proxy-'));
  chmodSync(folder, 0o755);
  const [certificate, key] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
  execFileSync(
    'openssl',
    [
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
      ],
      ...[
        '-subj',
        '/CN=localhost',
        '-addext',
        'subjectAltName=DNS:localhost',
        '-keyout',
        key,
        '-out',
        certificate,
      ],
    ],
    { stdio: 'ignore' },
  );
  const httpPort = await freePort();
  const child: ChildProcess = spawn(join(conf, 'entrypoint.sh'), [], {
    env: {
      PATH: `${process.env.PATH}:/usr/sbin`,
      ECE_NGINX_CONF: conf,
      ECE_NGINX_RUN: folder,
      ECE_NGINX_TLS: folder,
      ECE_NGINX_ACCESS_LOG: join(folder, 'access.log'),
      ECE_NGINX_GATEWAY: options.gateway,
      ECE_NGINX_HTTP_PORT: String(httpPort),
      ECE_NGINX_HTTPS_PORT: String(options.httpsPort),
      ...options.settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const exited = once(child, 'exit');
  process.once('exit', () => child.kill('SIGKILL'));
  const proxy: ProxyServer = {
    url: `https://localhost:${options.httpsPort}`,
    plainUrl: `http://localhost:${httpPort}`,
    certificate,
    output: () => said,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
  for (;;) {
    if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}:\n${said}`);
    if (await send(proxy, { about: '', path: '/health/live' }).catch(() => undefined)) return proxy;
    await Promise.race([exited, new Promise((resolve) => setTimeout(resolve, 50))]);
  }
}
