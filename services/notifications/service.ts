import type { ServiceInstance } from '@ece/platform/service';
import type { NotificationsApi, NotificationsContext } from './api.ts';
import { notificationChecks } from './checks.ts';
import { notificationJobs } from './jobs.ts';
import { mailResults } from './mail/send.ts';
import { countQueued } from './mail/store.ts';
import { notificationRoutes } from './routes.ts';
import { WebhookSender, webhookTries } from './webhooks/sender.ts';

/** Puts the notifications together. */
export function createNotifications(context: NotificationsContext): ServiceInstance<NotificationsApi> {
  const { db, metrics, mail } = context;
  if (mail) {
    metrics.gauge('ece_mails_queued', 'Mails that wait', [], async (gauge) =>
      gauge.set(await countQueued(db)),
    );
  }
  // Registered at the start: a series that begins with its first failure hides that failure from a rate.
  mailResults(metrics);
  webhookTries(metrics);
  const sender = new WebhookSender(context);
  return {
    api: {},
    routes: (app) => notificationRoutes(app, context),
    jobs: notificationJobs(context, sender),
    checks: notificationChecks(context.keepDays),
    async stop() {
      await sender.idle();
      mail?.close();
    },
  };
}
