import type { Metrics } from '@ece/platform/telemetry/metrics';
import { recordFollowing } from '@ece/platform/telemetry/spans';
import type { NotificationsContext } from '../api.ts';
import { composeMail } from '../domain/mail.ts';
import { render } from '../domain/render.ts';
import { MAIL_PAUSES, pauseAfter } from '../domain/retry.ts';
import { claimMails, type DueMail, endMails, type MailEnd, postponeMail } from './store.ts';
import type { Mail, MailTransport, Sent } from './transport.ts';
import { unsubscribeToken } from './unsubscribe.ts';
import { UNSUBSCRIBE } from './unsubscribe-route.ts';

const BATCH = 50;
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
  const traces = due.map(({ trace }) => trace);
  await recordFollowing('mail', traces, () => sendAll(context, transport, due));
  return due.length === BATCH;
}

async function sendAll(
  context: NotificationsContext,
  transport: MailTransport,
  due: DueMail[],
): Promise<void> {
  const { db, users } = context;
  const people = await users.byIds([...new Set(due.map((mail) => mail.accountId))]);
  const addresses = new Map(people.map((person) => [person.id, person.email]));
  const ends: MailEnd[] = [];
  const tried: { due: DueMail; mail: Mail }[] = [];
  const bugs: unknown[] = [];
  for (const mail of due) {
    const to = addresses.get(mail.accountId);
    if (mail.wanted && to) {
      // One that cannot be composed does not keep the others from going out.
      try {
        tried.push({ due: mail, mail: compose(context, mail, to) });
      } catch (error) {
        bugs.push(error);
      }
    } else ends.push({ id: mail.id, state: 'dropped', failure: mail.wanted ? 'no_address' : 'unsubscribed' });
  }
  const mails = tried.map(({ mail }) => mail);
  const sent = mails.length > 0 ? await transport.send(mails).catch((): Sent[] => []) : [];
  for (const [index, { due: mail }] of tried.entries()) {
    const end = await note(context, mail, sent[index] ?? { ok: false, permanent: false, code: 'failed' });
    if (end) ends.push(end);
  }
  await endMails(db, ends);
  if (bugs.length > 0) throw bugs[0];
}

function compose({ publicUrl, secret }: NotificationsContext, mail: DueMail, to: string): Mail {
  const { id, type, accountId } = mail;
  const token = unsubscribeToken(secret, { accountId, type });
  const unsubscribeUrl = `${publicUrl}${UNSUBSCRIBE}?token=${token}`;
  return { id, to, ...composeMail({ ...render(type, mail.data), publicUrl, unsubscribeUrl }) };
}

/** Counts what became of a try, and gives the mail's end, unless it is to be tried again. */
async function note(
  { db, log, metrics }: NotificationsContext,
  { id, type, tries }: DueMail,
  sent: Sent,
): Promise<MailEnd | undefined> {
  if (sent.ok) {
    mailResults(metrics).inc({ result: 'sent' });
    return { id, state: 'sent', failure: null };
  }
  const pause = sent.permanent ? undefined : pauseAfter(MAIL_PAUSES, tries, Math.random());
  mailResults(metrics).inc({ result: pause === undefined ? 'dead' : 'failed' });
  log.warn({ mail: id, type, tries, code: sent.code, last: pause === undefined }, 'a mail was not sent');
  if (pause === undefined) return { id, state: 'dead', failure: sent.code };
  await postponeMail(db, id, pause, sent.code);
  return undefined;
}
