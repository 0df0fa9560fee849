import { sendProblem, toProblem } from '@ece/platform/http/problem';
import type { FastifyInstance } from 'fastify';
import type { NftsContext } from './api.ts';
import { CompressedContent, isCompressible, takesBrotli } from './content-encoding.ts';
import { sniffContent } from './domain/image.ts';

/** Nothing that is stored may run or load anything, not even when it is opened by itself. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/** Bytes of compressed content that are kept: some thousand artworks. */
const MOST_COMPRESSED = 32 * 1024 * 1024;

/** Serves what is in the content store, by CID: artwork and metadata. A CID names the same bytes for ever. */
export function contentRoute(app: FastifyInstance, { content }: Pick<NftsContext, 'content'>): void {
  const compressed = new CompressedContent(MOST_COMPRESSED);
  app.get<{ Params: { cid: string } }>('/content/:cid', async (request, reply) => {
    const { cid } = request.params;
    const bytes = await content.get(cid);
    if (!bytes) return sendProblem(reply, toProblem({ code: 'not_found' }, request.id));
    const mediaType = sniffContent(bytes);
    const isText = isCompressible(mediaType, bytes.length);
    const isBrotli = isText && takesBrotli(request.headers['accept-encoding']);
    // Each form of the same content has a tag of its own (RFC 9110, 8.8.3).
    const etag = isBrotli ? `"${cid}-br"` : `"${cid}"`;
    if (isText) reply.header('vary', 'accept-encoding');
    reply
      .header('cache-control', 'public, max-age=31536000, immutable')
      .header('etag', etag)
      .header('content-security-policy', POLICY)
      .header('cross-origin-resource-policy', 'cross-origin')
      .header('x-content-type-options', 'nosniff');
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    reply.type(mediaType);
    if (isBrotli) return reply.header('content-encoding', 'br').send(await compressed.get(cid, bytes));
    return reply.send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  });
}
