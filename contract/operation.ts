import type { ErrorCode } from './errors.ts';
import type { Static, TSchema } from './schema.ts';

/** The services that answer calls, each with a folder of its name. */
export type ServiceName =
  | 'auth'
  | 'users'
  | 'wallet'
  | 'nfts'
  | 'admin'
  | 'market'
  | 'auctions'
  | 'trades'
  | 'notifications'
  | 'search'
  | 'portfolio'
  | 'marketdata';

/** Who may call: anyone, anyone signed in, or a role (an admin may do what a moderator may). */
export type Access = 'public' | 'user' | 'moderator' | 'admin';

export interface OperationOptions {
  service: ServiceName;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path below /api/v1, parameters written `:name`. */
  path: string;
  summary: string;
  description?: string;
  access: Access;
  /** Set where the object named in the path must belong to the caller; says who counts as its owner. */
  ownership?: string;
  /** True where the call moves money or cards: it needs an Idempotency-Key. */
  idempotent?: boolean;
  /** Status of success. */
  status?: 200 | 201 | 202 | 204;
  /** The largest body in bytes, where the usual 64 KiB are not enough. */
  bodyLimit?: number;
  /** Calls that one caller may make of it in a minute, where it is costlier than most. */
  perMinute?: number;
  /** Codes beside the ones that every call may answer with. */
  errors?: readonly ErrorCode[];
  params?: TSchema;
  query?: TSchema;
  body?: TSchema;
  response?: TSchema;
  /** The media type of success, where that is not JSON; the response's schema is then a string. */
  mediaType?: 'text/csv';
}

/** One call of the API: the single source of its route, its access rule, its OpenAPI entry and its SDK method. */
export type Operation<O extends OperationOptions = OperationOptions> = O;

/** Declares an operation and keeps its literal types. */
export function operation<const O extends OperationOptions>(options: O): O {
  return options;
}

type Of<O, K extends string> = O extends { [P in K]: infer S extends TSchema } ? Static<S> : undefined;

export type Params<O> = Of<O, 'params'>;
export type Query<O> = Of<O, 'query'>;
export type Body<O> = Of<O, 'body'>;
export type Answer<O> = Of<O, 'response'>;

type Part<T> = T extends undefined ? unknown : T;

/** All inputs of an operation in one object, as the SDK takes them. */
export type Input<O> = Part<Params<O>> & Part<Query<O>> & Part<Body<O>>;

/** Services whose answers tell the time of the server, or how it is: one of a second ago would be wrong. */
const ALWAYS_NEW: ReadonlySet<ServiceName> = new Set(['auctions', 'admin', 'auth']);

/** Whether what an operation answers people who are not signed in may be a moment old. */
export function mayBeOld({ method, access, mediaType, service }: OperationOptions): boolean {
  return method === 'GET' && access === 'public' && !mediaType && !ALWAYS_NEW.has(service);
}
