import { sameBytes } from './bytes.ts';

/** State of an account. An account without lamports does not exist and is written as null. */
export interface AccountState {
  lamports: bigint;
  data: Uint8Array;
  /** Address of the program that owns the account. */
  owner: Uint8Array;
  executable: boolean;
}

/** Whether both are the same state. */
export function sameAccount(a: AccountState | null, b: AccountState | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.lamports === b.lamports &&
    a.executable === b.executable &&
    sameBytes(a.owner, b.owner) &&
    sameBytes(a.data, b.data)
  );
}
