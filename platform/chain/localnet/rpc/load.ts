import type { AccountState } from '../account.ts';
import { toBase58 } from '../bytes.ts';
import { INVALID_PARAMS, invalidParams, METHOD_NOT_FOUND, RpcError } from './errors.ts';
import type { Methods } from './method.ts';
import { addressOf, flag, integer, list, object, text } from './params.ts';

/** Accounts of one call; larger accounts reach the limit of a request's size first. */
const MAX_ACCOUNTS = 2_000;

/** Methods of this local chain alone. */
export const loadMethods: Methods = {
  /**
   * Writes new accounts as a genesis does, all of them or none: `[[{pubkey, lamports, owner, data}]]`, data in
   * base64. An address that holds something else is refused, so nothing that exists can be changed, and a call
   * may be repeated. Only a chain that was started for it has the method.
   */
  localnet_loadAccounts: ({ chain, loadable }, params) => {
    if (!loadable) throw new RpcError(METHOD_NOT_FOUND, 'Method not found');
    const accounts = list(params[0], 'the accounts', MAX_ACCOUNTS).map(accountOf);
    const taken = chain.load(accounts);
    if (taken) throw new RpcError(INVALID_PARAMS, `Invalid param: ${toBase58(taken)} is taken`);
    return accounts.length;
  },
};

function accountOf(value: unknown): { address: Uint8Array; state: AccountState } {
  const account = object(value, 'an account');
  const state = {
    lamports: BigInt(integer(account.lamports, 'lamports', 1)),
    owner: addressOf(account.owner),
    data: new Uint8Array(Buffer.from(text(account.data, 'data'), 'base64')),
    executable: false,
  };
  if (flag(account.executable, 'executable')) throw invalidParams('programs cannot be loaded');
  return { address: addressOf(account.pubkey), state };
}
