import type { Job } from '@ece/platform/jobs/runner';
import type { NotificationsContext } from './api.ts';
import { makeNotifications } from './consumer.ts';
import { fanOut } from './fanout.ts';
import { sendMails } from './mail/send.ts';
import { remind } from './reminders.ts';
import { expireOld } from './retention.ts';
import { enqueueEvents } from './webhooks/enqueue.ts';
import type { WebhookSender } from './webhooks/sender.ts';

const CONSUME_EVERY_MS = 200;
const REMIND_EVERY_MS = 1000;
const MAIL_EVERY_MS = 1000;
const EXPIRE_EVERY_MS = 60_000;

/** The jobs of the notifications. */
export function notificationJobs(context: NotificationsContext, sender: WebhookSender): Job[] {
  const { mail } = context;
  return [
    { name: 'notifications.consume', everyMs: CONSUME_EVERY_MS, run: () => makeNotifications(context) },
    { name: 'notifications.fanout', everyMs: CONSUME_EVERY_MS, run: () => fanOut(context) },
    { name: 'notifications.remind', everyMs: REMIND_EVERY_MS, run: () => remind(context) },
    { name: 'notifications.webhooks', everyMs: CONSUME_EVERY_MS, run: () => enqueueEvents(context) },
    sender.job(),
    { name: 'notifications.expire', everyMs: EXPIRE_EVERY_MS, run: () => expireOld(context) },
    ...(mail
      ? [{ name: 'notifications.mail', everyMs: MAIL_EVERY_MS, run: () => sendMails(context, mail) }]
      : []),
  ];
}
