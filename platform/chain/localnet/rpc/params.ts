import { fromBase58 } from '../bytes.ts';
import type { Chain, Commitment } from '../chain.ts';
import { INVALID_PARAMS, invalidParams, MIN_CONTEXT_SLOT_NOT_REACHED, RpcError } from './errors.ts';

/** A method's positional parameters. */
export type Params = readonly unknown[];

/** The configuration object of a method. */
export type Config = Readonly<Record<string, unknown>>;

/** The parameter as an object; an absent one is empty. */
export function config(params: Params, index: number): Config {
  return object(params[index] ?? {}, 'the configuration');
}

export function object(value: unknown, name: string): Config {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidParams(`${name} must be an object`);
  }
  return value as Config;
}

export function text(value: unknown, name: string): string {
  if (typeof value !== 'string') throw invalidParams(`${name} must be a string`);
  return value;
}

export function list(value: unknown, name: string, max: number): readonly unknown[] {
  if (!Array.isArray(value)) throw invalidParams(`${name} must be an array`);
  if (value.length > max) throw new RpcError(INVALID_PARAMS, `Too many inputs provided; max ${max}`);
  return value;
}

/** A whole number from `min` to `max`. */
export function integer(value: unknown, name: string, min = 0, max = Number.MAX_SAFE_INTEGER): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min || value > max) {
    throw invalidParams(`${name} must be an integer from ${min} to ${max}`);
  }
  return value;
}

export function flag(value: unknown, name: string): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== 'boolean') throw invalidParams(`${name} must be true or false`);
  return value;
}

/** The 32 bytes of an address. */
export function addressOf(value: unknown): Uint8Array {
  return base58(value, 'Pubkey', 32, 44);
}

/** The 64 bytes of a signature. */
export function signatureOf(value: unknown): Uint8Array {
  return base58(value, 'Signature', 64, 88);
}

function base58(value: unknown, name: string, size: number, maxLength: number): Uint8Array {
  const written = text(value, name);
  const bytes = written.length <= maxLength ? fromBase58(written) : undefined;
  if (bytes?.length !== size) throw new RpcError(INVALID_PARAMS, `Invalid param: ${name} is not valid`);
  return bytes;
}

/** The configured commitment; finalized when there is none, as validators do. */
export function commitmentOf(options: Config): Commitment {
  const value = options.commitment ?? 'finalized';
  if (value === 'processed' || value === 'confirmed' || value === 'finalized') return value;
  throw invalidParams('commitment must be processed, confirmed or finalized');
}

/** The configured commitment and the slot that answers it; refuses when `minContextSlot` is ahead. */
export function contextOf(chain: Chain, options: Config): { commitment: Commitment; slot: number } {
  const commitment = commitmentOf(options);
  const slot = chain.slot(commitment);
  const wanted = options.minContextSlot;
  if (wanted !== undefined && wanted !== null && integer(wanted, 'minContextSlot') > slot) {
    const message = 'Minimum context slot has not been reached';
    throw new RpcError(MIN_CONTEXT_SLOT_NOT_REACHED, message, { contextSlot: slot });
  }
  return { commitment, slot };
}

/** An answer with the slot it holds for. */
export function withContext<T>(slot: number, value: T) {
  return { context: { slot }, value };
}
