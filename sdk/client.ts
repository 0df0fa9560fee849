import { operations } from '@ece/contract';
import { callTable } from './calls.ts';
import { type ClientOptions, clientOf, type Ece } from './client-of.ts';

/** Makes a client. Refusals are thrown as `EceError` with the contract's code. */
export function createClient(options: ClientOptions): Ece {
  return clientOf(callTable(operations), options);
}
