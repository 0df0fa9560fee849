import type { Database } from '@ece/platform/db/database';
import type { MailTransport } from './transport.ts';

/** Mails that the mailbox keeps; older ones make room. */
const KEPT = 500;

/** Keeps mails in a table, for people who develop. The page at /mailbox shows them. */
export function createMailbox(db: Database): MailTransport {
  return {
    async send({ id, to, subject, text, html, headers }) {
      await db`
        insert into notifications.mailbox (id, recipient, subject, body_text, body_html, headers)
        values (${id}, ${to}, ${subject}, ${text}, ${html}, ${db.json(headers)}) on conflict do nothing`;
      await db`
        delete from notifications.mailbox where id < (
          select id from notifications.mailbox order by id desc offset ${KEPT - 1} limit 1)`;
      return { ok: true };
    },
    close() {},
  };
}
