import { fromBase58, sameBytes } from './bytes.ts';
import type { Vm } from './vm.ts';
import type { WireMessage } from './wire.ts';

const tableProgram = fromBase58('AddressLookupTab1e1111111111111111111111111')!;
const TABLE_HEADER_SIZE = 56;

/** Addresses of a transaction: its own, then the writable and the read-only ones from lookup tables. */
export interface ResolvedKeys {
  own: Uint8Array[];
  writable: Uint8Array[];
  readonly: Uint8Array[];
  all: Uint8Array[];
}

/** Finds the addresses that the message names through lookup tables; gives the chain's error if it cannot. */
export function resolveKeys(message: WireMessage, vm: Vm): ResolvedKeys | { err: string } {
  const writable: Uint8Array[] = [];
  const readonly: Uint8Array[] = [];
  for (const lookup of message.lookups) {
    const table = vm.account(lookup.table);
    if (table === null) return { err: 'AddressLookupTableNotFound' };
    if (!sameBytes(table.owner, tableProgram)) return { err: 'InvalidAddressLookupTableOwner' };
    const entry = (index: number) => {
      const start = TABLE_HEADER_SIZE + 32 * index;
      return table.data.subarray(start, start + 32);
    };
    writable.push(...Array.from(lookup.writable, entry));
    readonly.push(...Array.from(lookup.readonly, entry));
  }
  if ([...writable, ...readonly].some((address) => address.length !== 32)) {
    return { err: 'InvalidAddressLookupTableIndex' };
  }
  return { own: message.keys, writable, readonly, all: [...message.keys, ...writable, ...readonly] };
}
