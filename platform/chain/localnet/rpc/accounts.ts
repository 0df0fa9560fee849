import type { AccountState } from '../account.ts';
import { fromBase58, sameBytes, toBase58 } from '../bytes.ts';
import { tokenHolding } from '../token.ts';
import { accountEncoder } from './account-json.ts';
import { invalidParams } from './errors.ts';
import type { Methods } from './method.ts';
import { addressOf, config, contextOf, flag, integer, list, object, text, withContext } from './params.ts';

const MAX_ACCOUNTS = 100;
const MAX_FILTERS = 4;

/** Methods that read accounts. */
export const accountMethods: Methods = {
  getBalance: ({ chain }, params) => {
    const { commitment, slot } = contextOf(chain, config(params, 1));
    return withContext(slot, chain.account(addressOf(params[0]), commitment)?.lamports ?? 0);
  },

  getAccountInfo: ({ chain }, params) => {
    const options = config(params, 1);
    const { commitment, slot } = contextOf(chain, options);
    const encode = accountEncoder(options);
    const find = (address: Uint8Array) => chain.account(address, commitment);
    const account = find(addressOf(params[0]));
    return withContext(slot, account && encode(account, find));
  },

  getMultipleAccounts: ({ chain }, params) => {
    const options = config(params, 1);
    const { commitment, slot } = contextOf(chain, options);
    const encode = accountEncoder(options);
    const find = (address: Uint8Array) => chain.account(address, commitment);
    const accounts = list(params[0], 'the addresses', MAX_ACCOUNTS).map(addressOf).map(find);
    return withContext(
      slot,
      accounts.map((account) => account && encode(account, find)),
    );
  },

  getProgramAccounts: ({ chain }, params) => {
    const options = config(params, 1);
    const { commitment, slot } = contextOf(chain, options);
    const encode = accountEncoder(options);
    const filters = list(options.filters ?? [], 'filters', MAX_FILTERS).map(filterOf);
    const find = (address: Uint8Array) => chain.account(address, commitment);
    const found = chain
      .accounts({ owner: addressOf(params[0]) }, commitment)
      .filter(({ state }) => filters.every((passes) => passes(state)))
      .map(({ address, state }) => ({ pubkey: toBase58(address), account: encode(state, find) }));
    return flag(options.withContext, 'withContext') ? withContext(slot, found) : found;
  },
};

type Filter = (state: AccountState) => boolean;

function filterOf(value: unknown): Filter {
  const filter = object(value, 'a filter');
  if (filter.dataSize !== undefined) {
    const size = integer(filter.dataSize, 'dataSize');
    return (state) => state.data.length === size;
  }
  if (filter.memcmp !== undefined) return memcmpFilter(filter.memcmp);
  if (flag(filter.tokenAccountState, 'tokenAccountState'))
    return (state) => tokenHolding(state) !== undefined;
  throw invalidParams('a filter must have dataSize or memcmp');
}

function memcmpFilter(value: unknown): Filter {
  const memcmp = object(value, 'memcmp');
  const offset = integer(memcmp.offset, 'memcmp.offset');
  const written = text(memcmp.bytes, 'memcmp.bytes');
  const encoding = memcmp.encoding ?? 'base58';
  if (encoding !== 'base58' && encoding !== 'base64')
    throw invalidParams('memcmp.encoding must be base58 or base64');
  if (written.length > 175) throw invalidParams('memcmp.bytes is too long');
  const bytes = encoding === 'base64' ? new Uint8Array(Buffer.from(written, 'base64')) : fromBase58(written);
  if (bytes === undefined) throw invalidParams('memcmp.bytes is not base58');
  return (state) => sameBytes(state.data.subarray(offset, offset + bytes.length), bytes);
}
