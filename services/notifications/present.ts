import type { entities, Static } from '@ece/contract';
import { render } from './domain/render.ts';
import type { NotificationRow } from './store.ts';

/** A notification as the contract shows it. */
export function presentNotification(row: NotificationRow): Static<typeof entities.Notification> {
  return {
    id: row.id,
    type: row.type,
    ...render(row.type, row.data),
    data: row.data,
    createdAt: row.createdAt.toISOString(),
    readAt: row.readAt?.toISOString() ?? null,
  };
}
