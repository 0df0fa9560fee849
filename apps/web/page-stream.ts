import type { IncomingMessage, ServerResponse } from 'node:http';
import { type BrotliCompress, constants, createBrotliCompress, createGzip, type Gzip } from 'node:zlib';
import { lateScripts } from './late-scripts.ts';

/** Pages are made for one visitor each, so little time is spent on making them small. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

const PAGE = /^text\/html\b/;
/** No content, a part of it, and nothing new. */
const WITHOUT_TEXT = new Set([204, 206, 304]);
const TEXT = /^(?:text\/|application\/(?:json|javascript|manifest\+json|xml)\b|image\/svg)/;

/**
 * Readies an answer before a page is written into it: its scripts run late, and it is compressed. Each part that is
 * written goes out at once, as a page shows its frame while its content is on its way.
 */
export function readyForPage(request: IncomingMessage, response: ServerResponse): void {
  const plain = {
    flushHeaders: response.flushHeaders.bind(response),
    write: response.write.bind(response) as (...args: unknown[]) => boolean,
    end: response.end.bind(response) as (...args: unknown[]) => ServerResponse,
  };
  let begun = false;
  let page: ReturnType<typeof lateScripts> | undefined;
  let compressor: BrotliCompress | Gzip | undefined;

  const begin = () => {
    if (begun) return;
    begun = true;
    const type = String(response.getHeader('content-type') ?? '');
    if (response.headersSent || !TEXT.test(type) || response.hasHeader('content-encoding')) return;
    response.appendHeader('vary', 'Accept-Encoding');
    if (request.method === 'HEAD' || WITHOUT_TEXT.has(response.statusCode)) return;
    if (PAGE.test(type)) page = lateScripts();
    const encoding = encodingFor(String(request.headers['accept-encoding'] ?? ''));
    if (page || encoding) response.removeHeader('content-length');
    if (!encoding) return;
    response.setHeader('content-encoding', encoding);
    compressor = encoding === 'br' ? createBrotliCompress(BROTLI) : createGzip();
    compressor.on('data', (part: Buffer) => {
      if (!plain.write(part)) compressor?.pause();
    });
    compressor.once('end', () => plain.end());
    compressor.once('error', (error) => response.destroy(error));
    // Whoever writes waits for the answer to drain, not for what it goes through.
    compressor.on('drain', () => response.emit('drain'));
    response.on('drain', () => compressor?.resume());
    response.once('close', () => compressor?.destroy());
  };
  const changed = (part: string | Uint8Array): string | Uint8Array =>
    page ? page.part(Buffer.from(part as Uint8Array)) : part;

  response.flushHeaders = () => {
    begin();
    plain.flushHeaders();
  };
  response.write = ((part: string | Uint8Array, ...more: unknown[]) => {
    begin();
    if (!compressor) return plain.write(changed(part), ...more);
    const goesOn = compressor.write(changed(part));
    compressor.flush();
    return goesOn;
  }) as typeof response.write;
  response.end = ((...args: unknown[]) => {
    begin();
    const [part] = args;
    if (!page && !compressor) return plain.end(...args);
    if (typeof part === 'string' || part instanceof Uint8Array) response.write(part);
    const last = page?.rest() ?? '';
    if (compressor) compressor.end(last);
    else plain.end(last);
    return response;
  }) as typeof response.end;
}

function encodingFor(accepted: string): 'br' | 'gzip' | undefined {
  return (['br', 'gzip'] as const).find((name) =>
    new RegExp(`(?:^|[\\s,])${name}(?:[\\s,;]|$)`).test(accepted),
  );
}
