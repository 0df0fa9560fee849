import type { Job } from '@ece/platform/jobs/runner';
import type { NotificationsContext } from './api.ts';
import { makeNotifications } from './consumer.ts';
import { fanOut } from './fanout.ts';
import { sendMails } from './mail/send.ts';
import { remind } from './reminders.ts';
import { expireOld } from './retention.ts';
import { enqueueEvents } from './webhooks/enqueue.ts';
import type { WebhookSender } from './webhooks/sender.ts';

const FOLLOWING = { everyMs: 200, patient: true };
const REMIND_EVERY_MS = 1000;
const MAIL_EVERY_MS = 1000;
const EXPIRE_EVERY_MS = 60_000;

/** The jobs of the notifications. */
export function notificationJobs(context: NotificationsContext, sender: WebhookSender): Job[] {
  const { mail } = context;
  return [
    { ...FOLLOWING, name: 'notifications.consume', run: () => makeNotifications(context) },
    { ...FOLLOWING, name: 'notifications.fanout', run: () => fanOut(context) },
    { name: 'notifications.remind', everyMs: REMIND_EVERY_MS, run: () => remind(context) },
    { ...FOLLOWING, name: 'notifications.webhooks', run: () => enqueueEvents(context) },
    sender.job(),
    { name: 'notifications.expire', everyMs: EXPIRE_EVERY_MS, run: () => expireOld(context) },
    ...(mail
      ? [
          {
            name: 'notifications.mail',
            everyMs: MAIL_EVERY_MS,
            patient: true,
            run: () => sendMails(context, mail),
          },
        ]
      : []),
  ];
}
