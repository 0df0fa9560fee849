import type { Database } from '@ece/platform/db/database';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { escapeHtml, page } from './layout.ts';

interface Row {
  id: string;
  recipient: string;
  subject: string;
  text: string;
  html: string;
  headers: Record<string, string>;
  at: Date;
}

type SendHtml = (reply: FastifyReply, page: string) => FastifyReply;

interface ById {
  Params: { id: string };
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const SHOWN = 100;

/** Serves `/mailbox`: the mails that a development installation keeps instead of sending. */
export function serveMailbox(app: FastifyInstance, db: Database, html: SendHtml): void {
  const read = async (id: string) => {
    if (!ID.test(id)) return undefined;
    const [row] = await db<Row[]>`
      select id, recipient, subject, body_text as text, body_html as html, headers, at
      from notifications.mailbox where id = ${id}`;
    return row;
  };
  app.get('/mailbox', async (_request, reply) => {
    const rows = await db<Row[]>`
      select id, recipient, subject, at from notifications.mailbox order by id desc limit ${SHOWN}`;
    return html(reply, listPage(rows));
  });
  app.get<ById>('/mailbox/:id', async ({ params }, reply) => {
    const mail = await read(params.id);
    return mail ? html(reply, mailPage(mail)) : reply.callNotFound();
  });
  app.get<ById>('/mailbox/:id/html', async ({ params }, reply) => {
    const mail = await read(params.id);
    return mail ? html(reply, mail.html) : reply.callNotFound();
  });
}

function listPage(rows: Row[]): string {
  const lines = rows.map(
    ({ id, recipient, subject, at }) =>
      `<tr><td><a href="/mailbox/${id}">${escapeHtml(subject)}</a></td><td>${escapeHtml(recipient)}</td><td class="soft">${at.toISOString()}</td></tr>`,
  );
  return page(
    'Mailbox',
    `<h1>Mailbox</h1>
<p class="soft">Mails that this installation would send, the latest ${SHOWN}. Set ECE_SMTP_URL to send them.</p>
${rows.length > 0 ? `<table>${lines.join('')}</table>` : '<p>There are none yet.</p>'}`,
  );
}

function mailPage({ id, recipient, subject, text, headers, at }: Row): string {
  const all = { To: recipient, Date: at.toISOString(), ...headers };
  const lines = Object.entries(all).map(
    ([name, value]) =>
      `<tr><td>${escapeHtml(name)}</td><td><code>${escapeHtml(String(value))}</code></td></tr>`,
  );
  return page(
    subject,
    `<p><a href="/mailbox">Mailbox</a></p><h1>${escapeHtml(subject)}</h1>
<table>${lines.join('')}</table>
<p><a href="/mailbox/${id}/html">As HTML</a></p><pre>${escapeHtml(text)}</pre>`,
  );
}
