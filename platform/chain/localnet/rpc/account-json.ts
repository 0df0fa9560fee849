import type { AccountState } from '../account.ts';
import { toBase58 } from '../bytes.ts';
import { parsedTokenAccount } from '../token-json.ts';
import { INVALID_REQUEST, invalidParams, RpcError } from './errors.ts';
import { type Config, integer, object } from './params.ts';

const RENT_EXEMPT_EPOCH = 18_446_744_073_709_551_615n;
const MAX_BASE58_SIZE = 128;

/** Finds accounts of the same moment, for what an answer takes from them. */
export type Find = (address: Uint8Array) => AccountState | null;

/** Writes an account as an answer. */
export type AccountEncoder = (account: AccountState, find: Find) => unknown;

/** Reads `encoding` and `dataSlice`. */
export function accountEncoder(options: Config): AccountEncoder {
  const encoding = options.encoding ?? 'binary';
  if (encoding !== 'binary' && encoding !== 'base58' && encoding !== 'base64' && encoding !== 'jsonParsed') {
    throw invalidParams('encoding must be base58, base64 or jsonParsed');
  }
  const slice = sliceOf(options);
  return (account, find) => {
    const parsed = encoding === 'jsonParsed' ? parsedTokenAccount(account, find) : undefined;
    return {
      data: parsed ?? encodeData(slice(account.data), encoding),
      executable: account.executable,
      lamports: account.lamports,
      owner: toBase58(account.owner),
      rentEpoch: RENT_EXEMPT_EPOCH,
      space: account.data.length,
    };
  };
}

function sliceOf(options: Config): (data: Uint8Array) => Uint8Array {
  if (options.dataSlice === undefined || options.dataSlice === null) return (data) => data;
  const slice = object(options.dataSlice, 'dataSlice');
  const offset = integer(slice.offset, 'dataSlice.offset');
  const length = integer(slice.length, 'dataSlice.length');
  return (data) => data.subarray(offset, offset + length);
}

function encodeData(data: Uint8Array, encoding: 'binary' | 'base58' | 'base64' | 'jsonParsed') {
  if (encoding === 'base64' || encoding === 'jsonParsed')
    return [Buffer.from(data).toString('base64'), 'base64'];
  if (data.length > MAX_BASE58_SIZE) {
    const message = `Encoded binary (base 58) data should be less than ${MAX_BASE58_SIZE} bytes, please use Base64 encoding.`;
    throw new RpcError(INVALID_REQUEST, message);
  }
  return encoding === 'binary' ? toBase58(data) : [toBase58(data), 'base58'];
}
