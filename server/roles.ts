import { type AdminApi, admin } from '@ece/admin';
import { type AuctionsApi, auctions } from '@ece/auctions';
import { type AuthApi, auth } from '@ece/auth';
import type { ServiceName } from '@ece/contract';
import { type MarketApi, market } from '@ece/market';
import { type MarketdataApi, marketdata } from '@ece/marketdata';
import { type NftsApi, nfts } from '@ece/nfts';
import { createMailbox, createSmtp, type MailTransport, notifications } from '@ece/notifications';
import type { MigrationSource } from '@ece/platform/db/migrate';
import { platformMigrations } from '@ece/platform/db/platform-migrations';
import type { ServiceInstance } from '@ece/platform/service';
import { type PortfolioApi, portfolio } from '@ece/portfolio';
import { type SearchContext, search } from '@ece/search';
import { type TradesApi, trades } from '@ece/trades';
import { type UsersApi, users } from '@ece/users';
import { vaultMigrations } from '@ece/vault';
import { type WalletApi, wallet } from '@ece/wallet';
import type { Resources } from './resources.ts';

/** What a process may do: serve a service, the way in, the realtime feed, or the pages. */
export type RoleName = ServiceName | 'gateway' | 'realtime' | 'web';

/** Services reached by their interface, in this process or another. */
export interface Peers {
  users: UsersApi;
  auth: AuthApi;
  wallet: WalletApi;
  nfts: NftsApi;
  market: MarketApi;
  auctions: AuctionsApi;
  portfolio: PortfolioApi;
  marketdata: MarketdataApi;
  admin: AdminApi;
  trades: TradesApi;
}

/** A service as the graph has it. */
export interface ServiceRole {
  name: ServiceName;
  /** Services that it calls. */
  needs: (keyof Peers)[];
  methods: { reads: readonly string[]; writes: readonly string[] };
  create(resources: Resources, peers: Peers): ServiceInstance<object> | Promise<ServiceInstance<object>>;
}

/** The services in the order in which they start; they stop in the reverse order. */
export const services: ServiceRole[] = [
  { name: 'users', needs: [], methods: users.methods, create: ({ db }) => users.create({ db }) },
  {
    name: 'auth',
    needs: ['users'],
    methods: auth.methods,
    create: ({ db, config, secrets, hint }, peers) =>
      auth.create({
        db,
        hint,
        users: peers.users,
        tokenSecret: secrets.tokenSecret,
        accessTokenSeconds: config.accessTokenSeconds,
        sessionDays: config.sessionDays,
        secureCookies: config.environment !== 'development',
      }),
  },
  {
    name: 'wallet',
    needs: [],
    methods: wallet.methods,
    create: async (r) =>
      wallet.create({
        ...(await r.chainParts()),
        db: r.db,
        log: r.log,
        metrics: r.metrics,
        hint: r.hint,
        usdcMint: r.config.usdcMint,
        faucet: r.config.cluster === 'localnet',
        pollMs: r.config.chainPollMs,
      }),
  },
  {
    name: 'nfts',
    needs: ['users', 'wallet'],
    methods: nfts.methods,
    create: async (r, peers) =>
      nfts.create({
        ...(await r.chainParts()),
        content: await r.content(),
        db: r.db,
        users: peers.users,
        wallet: peers.wallet,
        log: r.log,
        metrics: r.metrics,
        hint: r.hint,
        publicUrl: r.publicUrl,
        defaultRoyaltyBasisPoints: r.config.royaltyBasisPoints,
        pollMs: r.config.chainPollMs,
      }),
  },
  {
    name: 'market',
    needs: ['users', 'nfts'],
    methods: market.methods,
    create: (r, p) => market.create(trading(r, p)),
  },
  {
    name: 'auctions',
    needs: ['users', 'nfts'],
    methods: auctions.methods,
    create: (r, p) =>
      auctions.create({
        ...trading(r, p),
        database: r.database,
        shortestAuctionSeconds: r.config.shortestAuctionSeconds,
        increments: r.config.bidIncrements,
      }),
  },
  {
    name: 'trades',
    needs: ['users', 'nfts'],
    methods: trades.methods,
    create: (r, p) => trades.create(trading(r, p)),
  },
  {
    name: 'notifications',
    needs: ['users', 'nfts', 'market', 'auctions'],
    methods: notifications.methods,
    create: (r, { users, nfts, market, auctions }) =>
      notifications.create({
        ...{ db: r.db, users, nfts, market, auctions, log: r.log, metrics: r.metrics, hint: r.hint },
        publicUrl: r.publicUrl.replace(/\/+$/, ''),
        secret: r.secrets.notificationSecret,
        mail: mailTransport(r),
        webhookLoopback: r.config.webhookLoopback,
        keepDays: r.config.notificationDays,
      }),
  },
  {
    name: 'search',
    needs: ['users', 'nfts', 'market', 'auctions'],
    methods: search.methods,
    create: (r, { users, nfts, market, auctions }) =>
      search.create({ db: r.db, publicUrl: r.publicUrl, users, nfts, market, auctions, engine: engineOf(r) }),
  },
  {
    name: 'portfolio',
    needs: ['users', 'nfts', 'market'],
    methods: portfolio.methods,
    create: ({ db }, { users, nfts, market }) => portfolio.create({ db, users, nfts, market }),
  },
  {
    name: 'marketdata',
    needs: ['users', 'nfts', 'market'],
    methods: marketdata.methods,
    create: ({ db, metrics }, { users, nfts, market }) =>
      marketdata.create({ db, metrics, users, nfts, market }),
  },
  {
    name: 'admin',
    needs: ['users', 'auth', 'nfts'],
    methods: admin.methods,
    create: ({ db, log, hint, config }, { users, auth, nfts }) =>
      // At a terminal it would hide what somebody waits for.
      admin.create({ db, auditLog: config.logFormat === 'json' ? log : undefined, hint, users, auth, nfts }),
  },
];

/** How mails go out: by SMTP, in development otherwise to the mailbox page, elsewhere not at all. */
function mailTransport({ config, db, publicUrl }: Resources): MailTransport | undefined {
  const isDevelopment = config.environment === 'development';
  if (!config.smtpUrl) return isDevelopment ? createMailbox(db) : undefined;
  return createSmtp({
    url: config.smtpUrl,
    from: config.mailFrom!,
    host: new URL(publicUrl).hostname,
    plainLoopback: isDevelopment,
  });
}

/** Elasticsearch or OpenSearch, where the settings name one. */
function engineOf({ config, log, metrics }: Resources): SearchContext['engine'] {
  const { searchEngineUrl: url, searchEngineApiKey: apiKey, searchEngineCaFile: caFile } = config;
  if (url === undefined) return undefined;
  return { settings: { url, apiKey, caFile, index: config.searchEngineIndex }, log, metrics };
}

function trading({ db, log, metrics, hint, config }: Resources, { users, nfts }: Peers) {
  return { db, users, nfts, log, metrics, hint, feeBasisPoints: config.feeBasisPoints };
}

/** Every role, in the order in which they start. */
export const roleNames: RoleName[] = [
  ...services.map((service) => service.name),
  'realtime',
  'web',
  'gateway',
];

/**
 * Reads `--roles a,b`.
 * @returns the roles in starting order, or the words that name none
 */
export function parseRoles(text: string | undefined): { roles: RoleName[] } | { unknown: string[] } {
  if (text === undefined) return { roles: roleNames };
  const words = text.split(',').map((word) => word.trim());
  const unknown = words.filter((word) => !roleNames.includes(word as RoleName));
  return unknown.length > 0 ? { unknown } : { roles: roleNames.filter((role) => words.includes(role)) };
}

/** The tables of everything, in the order in which they are made. */
export const migrationSources: MigrationSource[] = [
  platformMigrations,
  vaultMigrations,
  ...[users, auth, wallet, nfts, market, auctions, trades, notifications, search, portfolio, marketdata].map(
    (service) => service.migrations,
  ),
];
