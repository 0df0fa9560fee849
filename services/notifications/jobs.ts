import type { Job } from '@ece/platform/jobs/runner';
import type { NotificationsContext } from './api.ts';
import { makeNotifications } from './consumer.ts';

const CONSUME_EVERY_MS = 200;

/** The jobs of the notifications. */
export function notificationJobs(context: NotificationsContext): Job[] {
  return [
    { name: 'notifications.consume', everyMs: CONSUME_EVERY_MS, run: () => makeNotifications(context) },
  ];
}
