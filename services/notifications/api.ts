import type { AuctionsApi } from '@ece/auctions';
import type { MarketApi } from '@ece/market';
import type { NftsApi } from '@ece/nfts';
import type { Database } from '@ece/platform/db/database';
import type { Logger } from '@ece/platform/log/log';
import type { ServiceModule } from '@ece/platform/service';
import type { Metrics } from '@ece/platform/telemetry/metrics';
import type { UsersApi } from '@ece/users';
import type { MailTransport } from './mail/transport.ts';
import { createNotifications } from './service.ts';

export { createMailbox } from './mail/mailbox.ts';
export { createSmtp } from './mail/smtp.ts';
export type { MailTransport } from './mail/transport.ts';

/** Notifications and the ways in which they reach people. Nothing of it is called by other services. */
export type NotificationsApi = Record<never, never>;

export interface NotificationsContext {
  db: Database;
  users: UsersApi;
  nfts: NftsApi;
  market: MarketApi;
  auctions: Pick<AuctionsApi, 'facts'>;
  log: Logger;
  metrics: Metrics;
  /** Wakes this process's event relay after a commit. */
  hint(): void;
  /** Where the exchange is reached from outside. */
  publicUrl: string;
  /** Signs the links of mails, and the secrets of webhooks are derived from it; 32 bytes or more, the same in every process. */
  secret: Uint8Array;
  /** Takes mails; without one none are made. */
  mail?: MailTransport | undefined;
  /** Lets webhooks lead to this machine, by http too; for development. */
  webhookLoopback: boolean;
  /** Days after which notifications, and deliveries of webhooks, are deleted. */
  keepDays: number;
}

export const notifications: ServiceModule<NotificationsApi, NotificationsContext> = {
  name: 'notifications',
  methods: { reads: [], writes: [] },
  migrations: { name: 'notifications', folder: new URL('./migrations/', import.meta.url) },
  create: createNotifications,
};
