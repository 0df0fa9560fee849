import type { Database } from '@ece/platform/db/database';
import type { MailTransport } from './transport.ts';

/** Mails that the mailbox keeps at the least; older ones make room, so many at once. */
const KEPT = 500;
const AT_ONCE = 50;

/** Keeps mails in a table, for people who develop. The page at /mailbox shows them. */
export function createMailbox(db: Database): MailTransport {
  let sinceTidied = AT_ONCE;
  return {
    async send(mails) {
      await db`
        insert into notifications.mailbox ${db(
          mails.map(({ id, to, subject, text, html, headers }) => ({
            ...{ id, recipient: to, subject, body_text: text, body_html: html },
            headers: db.json(headers),
          })),
        )} on conflict do nothing`;
      sinceTidied += mails.length;
      // Looking for the oldest one to keep takes much longer than writing a mail.
      if (sinceTidied >= AT_ONCE) {
        sinceTidied = 0;
        await db`
          delete from notifications.mailbox where id < (
            select id from notifications.mailbox order by id desc offset ${KEPT - 1} limit 1)`;
      }
      return mails.map(() => ({ ok: true }));
    },
    close() {},
  };
}
