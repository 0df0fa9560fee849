import { lookup as resolve } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';

/** A call to an address that somebody else has chosen. */
export interface OutboundCall {
  url: string;
  headers: Record<string, string>;
  body: string;
  /** Milliseconds for all of it, from the look-up of the name to the end of the answer. */
  timeoutMs: number;
  /** Bytes of an answer that are read; more are not waited for. */
  maxAnswerBytes: number;
  /** Which addresses may be connected to. */
  allows(address: string): boolean;
}

/** The status of the answer, or a code that says why there is none. It never holds words of the other side. */
export type OutboundAnswer = { ok: true; status: number } | { ok: false; code: string };

class Refused extends Error {
  readonly code = 'address_refused';
}

/**
 * A look-up that gives only allowed addresses. The socket connects to one of those that it gives, so a name
 * cannot be answered differently between the check and the connection.
 */
function checkedLookup(allows: OutboundCall['allows']): LookupFunction {
  return (host, options, callback) => {
    resolve(host, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '', 0);
      const refused = addresses.length === 0 || !addresses.every(({ address }) => allows(address));
      if (refused) return callback(new Refused('the name leads to an address that is refused'), '', 0);
      if (options.all) return callback(null, addresses);
      callback(null, addresses[0]!.address, addresses[0]!.family);
    });
  };
}

/**
 * Sends a POST and gives the status of the answer. It follows no redirect, verifies certificates, keeps no
 * connection, and connects to no address that `allows` refuses, whatever the host is written like.
 */
export function post(call: OutboundCall): Promise<OutboundAnswer> {
  const url = new URL(call.url);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // Node looks no literal address up.
  if (isIP(host) && !call.allows(host)) return Promise.resolve({ ok: false, code: 'address_refused' });
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((settle) => {
    const failed = (error: { code?: string; name?: string }) => settle({ ok: false, code: codeOf(error) });
    const sent = request(
      url,
      {
        method: 'POST',
        agent: false,
        headers: { ...call.headers, 'content-length': Buffer.byteLength(call.body) },
        lookup: checkedLookup(call.allows),
        signal: AbortSignal.timeout(call.timeoutMs),
      },
      (answer) => {
        const status = answer.statusCode!;
        let bytes = 0;
        const done = () => {
          settle({ ok: true, status });
          answer.destroy();
        };
        answer.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > call.maxAnswerBytes) done();
        });
        answer.on('end', done);
        answer.on('error', failed);
      },
    );
    sent.on('error', failed);
    sent.end(call.body);
  });
}

function codeOf({ code, name }: { code?: string; name?: string }): string {
  if (name === 'AbortError' || name === 'TimeoutError') return 'timeout';
  return /^[A-Za-z0-9_]{1,60}$/.test(code ?? '') ? code!.toLowerCase() : 'failed';
}
