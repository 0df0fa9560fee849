import { errorTable, openApiDocument } from '@ece/contract';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { docsPage } from './pages/docs.ts';
import { serveMailbox } from './pages/mailbox.ts';
import { statusPage } from './pages/status.ts';
import type { Resources } from './resources.ts';
import { version } from './version.ts';

/** No script, no other origin: these pages are text. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Serves `/docs/status` (a plain status page), `/docs` (every call, for people) and the OpenAPI document. */
export function servePages(app: FastifyInstance, resources: Resources): void {
  const document = openApiDocument(resources.publicUrl, version);
  const html = (reply: FastifyReply, page: string) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', POLICY).send(page);
  const docs = docsPage(document as never, errorTable);

  app.get('/docs/status', async (_request, reply) => html(reply, await statusPage(resources, version)));
  app.get('/docs', async (_request, reply) => html(reply, docs));
  // What it shows is everybody's: only where one person develops.
  if (resources.config.environment === 'development') serveMailbox(app, resources.db, html);
  app.get('/api/v1/openapi.json', async () => document);
}
