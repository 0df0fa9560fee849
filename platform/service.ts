import type { FastifyInstance } from 'fastify';
import type { MigrationSource } from './db/migrate.ts';
import type { RemoteMethods } from './http/remote.ts';
import type { InvariantCheck } from './invariants.ts';
import type { Job } from './jobs/runner.ts';

/** A running service: what others may call, its routes and its jobs. */
export interface ServiceInstance<Api> {
  api: Api;
  /** Registers the routes below the API's base path. */
  routes(app: FastifyInstance): void;
  jobs: Job[];
  /** What must always hold of its tables. */
  checks?: InvariantCheck[];
  /** Ends what is in flight, before the database closes. */
  stop?(): Promise<void>;
}

/** A service as the server composes it; what each `services/<name>/api.ts` exports. */
export interface ServiceModule<Api extends object, Context> {
  name: string;
  /** Methods of the interface that another process may call. */
  methods: readonly RemoteMethods<Api>[];
  migrations: MigrationSource;
  create(context: Context): ServiceInstance<Api>;
}
