import type { Job } from '@ece/platform/jobs/runner';
import type { NotificationsContext } from './api.ts';
import { makeNotifications } from './consumer.ts';
import { fanOut } from './fanout.ts';
import { sendMails } from './mail/send.ts';
import { remind } from './reminders.ts';

const CONSUME_EVERY_MS = 200;
const REMIND_EVERY_MS = 1000;
const MAIL_EVERY_MS = 1000;

/** The jobs of the notifications. */
export function notificationJobs(context: NotificationsContext): Job[] {
  const { mail } = context;
  return [
    { name: 'notifications.consume', everyMs: CONSUME_EVERY_MS, run: () => makeNotifications(context) },
    { name: 'notifications.fanout', everyMs: CONSUME_EVERY_MS, run: () => fanOut(context) },
    { name: 'notifications.remind', everyMs: REMIND_EVERY_MS, run: () => remind(context) },
    ...(mail
      ? [{ name: 'notifications.mail', everyMs: MAIL_EVERY_MS, run: () => sendMails(context, mail) }]
      : []),
  ];
}
