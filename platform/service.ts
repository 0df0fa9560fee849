import type { FastifyInstance } from 'fastify';
import type { MigrationSource } from './db/migrate.ts';
import type { Remotable } from './http/remote.ts';
import type { InvariantCheck } from './invariants.ts';
import type { Job } from './jobs/runner.ts';

/** Hears how far a long piece of work is: `done` of `total` things, and which ones. */
export type OnProgress = (done: number, total: number, what?: string) => void;

/**
 * Makes everything derived that a service keeps anew, from the truth. It may run beside a running exchange:
 * what happens meanwhile is neither lost nor counted twice, and readers see the old rows until the new ones
 * are there.
 * @returns how many rows were made
 */
export type Rebuild = (progress: OnProgress) => Promise<number>;

/** A running service: what others may call, its routes and its jobs. */
export interface ServiceInstance<Api> {
  api: Api;
  /** Registers the routes below the API's base path. */
  routes(app: FastifyInstance): void;
  jobs: Job[];
  /** What must always hold of its tables. */
  checks?: InvariantCheck[];
  /** Derives its read models from the truth again; absent where it keeps none. */
  rebuild?: Rebuild;
  /** What it works better with, and without all the same: shown by `/health/ready`, and no reason not to be. */
  helpers?: { name: string; ready(): Promise<boolean> }[];
  /** Ends what is in flight, before the database closes. */
  stop?(): Promise<void>;
}

/** A service as the server composes it; what each `services/<name>/api.ts` exports. */
export interface ServiceModule<Api extends object, Context> {
  name: string;
  /** Methods of the interface that another process may call. */
  methods: Remotable<Api>;
  migrations: MigrationSource;
  create(context: Context): ServiceInstance<Api>;
}
