import { Agent, get } from 'node:http';
import type { Sql } from '@ece/platform/db/database';

/** A read of the API, with the bare query that finds its main rows by the same filter and order. */
export interface Read {
  name: string;
  /** One address, or several that are asked for in turn. */
  paths: string[];
  /** The query behind the address with this number. */
  rows(sql: Sql, index: number): Promise<unknown>;
  /** Access token of who reads; nobody where absent. */
  token?: string;
}

/** What a read took, in milliseconds. */
export interface Figures {
  name: string;
  requests: number;
  p50: number;
  p95: number;
  /** 95th percentile of the bare query. */
  sqlP95: number;
  /** Median number of bytes of the answer. */
  bytes: number;
}

/** A read takes too long from here on, in milliseconds. */
export const SLOW_MS = 100;
const WARM_UP = 5;

/** The value below which a share of some values lies (nearest rank). */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export interface Target {
  url: string;
  sql: Sql;
  /** Sent with each request. */
  headers: Record<string, string>;
}

/** Asks one request after the other over one connection. */
export function createMeasuring({ url, sql, headers }: Target) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });

  function ask(path: string, token: string | undefined): Promise<{ ms: number; bytes: number }> {
    const began = performance.now();
    return new Promise((resolve, reject) => {
      const authorization = token ? { authorization: `Bearer ${token}` } : {};
      const request = get(
        new URL(`/api/v1${path}`, url),
        { agent, headers: { ...headers, ...authorization } },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const body = Buffer.concat(chunks);
            const { statusCode } = response;
            if (statusCode === 200) resolve({ ms: performance.now() - began, bytes: body.length });
            else
              reject(
                new Error(`GET ${path} was answered with ${statusCode}: ${body.toString().slice(0, 300)}`),
              );
          });
        },
      );
      request.on('error', reject);
    });
  }

  /**
   * Measures a read: after a short warm-up `requests` requests, then as many queries.
   * @throws when an answer is not 200
   */
  async function measure({ name, paths, rows, token }: Read, requests: number): Promise<Figures> {
    const path = (index: number) => paths[index % paths.length]!;
    for (let i = 0; i < WARM_UP; i++) await ask(path(i), token);
    const answers: { ms: number; bytes: number }[] = [];
    for (let i = 0; i < requests; i++) answers.push(await ask(path(i), token));
    for (let i = 0; i < WARM_UP; i++) await rows(sql, i % paths.length);
    const queries: number[] = [];
    for (let i = 0; i < requests; i++) {
      const began = performance.now();
      await rows(sql, i % paths.length);
      queries.push(performance.now() - began);
    }
    const times = answers.map((answer) => answer.ms);
    return {
      ...{ name, requests, p50: percentile(times, 0.5), p95: percentile(times, 0.95) },
      sqlP95: percentile(queries, 0.95),
      bytes: percentile(
        answers.map((answer) => answer.bytes),
        0.5,
      ),
    };
  }

  return { measure, close: () => agent.destroy() };
}
