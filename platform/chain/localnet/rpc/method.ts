import type { Chain } from '../chain.ts';
import type { Faucet } from '../faucet.ts';
import type { Params } from './params.ts';

/** What the methods work on. */
export interface Services {
  chain: Chain;
  faucet: Faucet;
  /** Whether accounts may be loaded from outside. */
  loadable: boolean;
}

/** Answers a call with its result, or throws an `RpcError`. */
export type Method = (services: Services, params: Params) => unknown;

/** Methods by name. */
export type Methods = Readonly<Record<string, Method>>;
