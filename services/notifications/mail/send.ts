import type { Metrics } from '@ece/platform/telemetry/metrics';
import type { NotificationsContext } from '../api.ts';
import { composeMail } from '../domain/mail.ts';
import { render } from '../domain/render.ts';
import { MAIL_PAUSES, pauseAfter } from '../domain/retry.ts';
import { claimMails, type DueMail, endMail, postponeMail } from './store.ts';
import type { MailTransport, Sent } from './transport.ts';
import { unsubscribeToken } from './unsubscribe.ts';
import { UNSUBSCRIBE } from './unsubscribe-route.ts';

const BATCH = 20;
/** Longer than a batch takes, even one whose server keeps silent. */
const LEASE_SECONDS = 300;

/** Mails by what became of each try. */
export const mailResults = (metrics: Metrics) =>
  metrics.counter('ece_mails_total', 'Tries to send a mail, by result', ['result'] as const);

/**
 * Sends mails that are due. A try is counted before it is made, so a mail whose process dies is tried again,
 * and one may come twice, with the same message id.
 * @returns true when there is more to do at once
 */
export async function sendMails(context: NotificationsContext, transport: MailTransport): Promise<boolean> {
  const due = await claimMails(context.db, BATCH, LEASE_SECONDS);
  if (due.length === 0) return false;
  const people = await context.users.byIds([...new Set(due.map((mail) => mail.accountId))]);
  const addresses = new Map(people.map((person) => [person.id, person.email]));
  await Promise.all(due.map((mail) => sendOne(context, transport, mail, addresses.get(mail.accountId))));
  return due.length === BATCH;
}

async function sendOne(
  { db, log, metrics, publicUrl, secret }: NotificationsContext,
  transport: MailTransport,
  mail: DueMail,
  to: string | undefined,
): Promise<void> {
  const { id, type, tries, accountId } = mail;
  if (!mail.wanted || !to) {
    return await endMail(db, id, 'dropped', mail.wanted ? 'no_address' : 'unsubscribed');
  }
  const token = unsubscribeToken(secret, { accountId, type });
  const unsubscribeUrl = `${publicUrl}${UNSUBSCRIBE}?token=${token}`;
  const composed = composeMail({ ...render(type, mail.data), publicUrl, unsubscribeUrl });
  const sent = await transport
    .send({ id, to, ...composed })
    .catch((): Sent => ({ ok: false, permanent: false, code: 'failed' }));
  if (sent.ok) {
    mailResults(metrics).inc({ result: 'sent' });
    return await endMail(db, id, 'sent', null);
  }
  const pause = sent.permanent ? undefined : pauseAfter(MAIL_PAUSES, tries, Math.random());
  mailResults(metrics).inc({ result: pause === undefined ? 'dead' : 'failed' });
  log.warn({ mail: id, type, tries, code: sent.code, last: pause === undefined }, 'a mail was not sent');
  if (pause === undefined) await endMail(db, id, 'dead', sent.code);
  else await postponeMail(db, id, pause, sent.code);
}
