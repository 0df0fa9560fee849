import { sendProblem, toProblem } from '@ece/platform/http/problem';
import type { FastifyInstance } from 'fastify';
import type { NftsContext } from './api.ts';
import { sniffContent } from './domain/image.ts';

/** Nothing that is stored may run or load anything, not even when it is opened by itself. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/** Serves what is in the content store, by CID: artwork and metadata. A CID names the same bytes for ever. */
export function contentRoute(app: FastifyInstance, { content }: Pick<NftsContext, 'content'>): void {
  app.get<{ Params: { cid: string } }>('/content/:cid', async (request, reply) => {
    const { cid } = request.params;
    const bytes = await content.get(cid);
    if (!bytes) return sendProblem(reply, toProblem({ code: 'not_found' }, request.id));
    const etag = `"${cid}"`;
    reply
      .header('cache-control', 'public, max-age=31536000, immutable')
      .header('etag', etag)
      .header('content-security-policy', POLICY)
      .header('cross-origin-resource-policy', 'cross-origin')
      .header('x-content-type-options', 'nosniff');
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    return reply.type(sniffContent(bytes)).send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  });
}
