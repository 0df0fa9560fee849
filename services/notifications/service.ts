import type { ServiceInstance } from '@ece/platform/service';
import type { NotificationsApi, NotificationsContext } from './api.ts';
import { notificationJobs } from './jobs.ts';
import { notificationRoutes } from './routes.ts';

/** Puts the notifications together. */
export function createNotifications(context: NotificationsContext): ServiceInstance<NotificationsApi> {
  return {
    api: {},
    routes: (app) => notificationRoutes(app, context),
    jobs: notificationJobs(context),
  };
}
