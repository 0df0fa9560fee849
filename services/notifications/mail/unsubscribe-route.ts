import { atomically } from '@ece/platform/db/database';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { NotificationsContext } from '../api.ts';
import { escapeHtml } from '../domain/mail.ts';
import { writeChoices } from '../preferences.ts';
import { readUnsubscribeToken } from './unsubscribe.ts';

/** Where the links of mails lead. */
export const UNSUBSCRIBE = '/unsubscribe';

const POLICY = "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

interface Query {
  Querystring: { token?: string };
}

/**
 * Registers the page that a mail's link opens and the call that its button and one-click mail programs make
 * (RFC 8058). Opening the page changes nothing, because scanners of mails open links. Whoever has the mail may
 * end its kind: the token is the permission.
 */
export function unsubscribeRoutes(app: FastifyInstance, { db, secret }: NotificationsContext): void {
  const of = (token: unknown) =>
    typeof token === 'string' ? readUnsubscribeToken(secret, token) : undefined;
  const html = (reply: FastifyReply, status: number, title: string, body: string) =>
    reply
      .code(status)
      .type('text/html; charset=utf-8')
      .header('content-security-policy', POLICY)
      .header('referrer-policy', 'no-referrer')
      .send(
        `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
          `<meta name="robots" content="noindex"><title>${title}</title><h1>${title}</h1>${body}</html>`,
      );
  const unknown = (reply: FastifyReply) =>
    html(reply, 404, 'This link is not complete', '<p>Copy it from the mail once more.</p>');

  app.register(async (scope) => {
    // A mail program sends a small form; what stands in it says nothing that the token does not.
    for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data']) {
      scope.addContentTypeParser(type, { parseAs: 'string', bodyLimit: 4096 }, (_request, _body, done) =>
        done(null, undefined),
      );
    }
    scope.get<Query>(UNSUBSCRIBE, async ({ query }, reply) => {
      const subscription = of(query.token);
      if (!subscription) return unknown(reply);
      const kind = escapeHtml(subscription.type.replaceAll('_', ' '));
      const action = `${UNSUBSCRIBE}?token=${encodeURIComponent(query.token!)}`;
      return html(
        reply,
        200,
        'Mails of the Elite Card Exchange',
        `<form method="post" action="${escapeHtml(action)}"><p>Mails of the kind “${kind}”.</p><button>Send no more of them</button></form>`,
      );
    });
    scope.post<Query>(UNSUBSCRIBE, async ({ query }, reply) => {
      const subscription = of(query.token);
      if (!subscription) return unknown(reply);
      const { accountId, type } = subscription;
      await atomically(db, (tx) => writeChoices(tx, accountId, [{ type, mail: false }]));
      return html(reply, 200, 'Done', '<p>No more mails of this kind will come.</p>');
    });
  });
}
