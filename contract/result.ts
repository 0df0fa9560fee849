import type { ErrorCode } from './errors.ts';

/** An expected refusal: a stable code from the contract, words for this case, and data a client may use. */
export interface Refusal {
  code: ErrorCode;
  detail?: string;
  data?: Record<string, unknown>;
}

export type Ok<T> = { ok: true; value: T };
export type Err = { ok: false; error: Refusal };

/** What a function gives that may be refused for an expected reason. Bugs are thrown instead. */
export type Result<T> = Ok<T> | Err;

/** Wraps a value as success. */
export function ok<T>(value: T): Ok<T> {
  return { ok: true, value };
}

/** Makes a refusal. `detail` is for people and never holds a secret or another person's data. */
export function refuse(code: ErrorCode, detail?: string, data?: Record<string, unknown>): Err {
  return { ok: false, error: { code, ...(detail && { detail }), ...(data && { data }) } };
}
