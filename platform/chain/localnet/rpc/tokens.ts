import { toBase58 } from '../bytes.ts';
import type { AccountQuery } from '../ledger.ts';
import { mintFacts, tokenAmount, tokenHolding } from '../token.ts';
import { accountEncoder } from './account-json.ts';
import { INVALID_PARAMS, invalidParams, RpcError } from './errors.ts';
import type { Methods } from './method.ts';
import { addressOf, config, contextOf, object, withContext } from './params.ts';

const LARGEST_ACCOUNTS = 20;

/** Methods about tokens of SPL Token and Token-2022. */
export const tokenMethods: Methods = {
  getTokenAccountsByOwner: ({ chain }, params) => {
    const options = config(params, 2);
    const { commitment, slot } = contextOf(chain, options);
    const encode = accountEncoder(options);
    const find = (address: Uint8Array) => chain.account(address, commitment);
    const query: AccountQuery = { holder: addressOf(params[0]), ...tokenFilter(params[1]) };
    const found = chain.accounts(query, commitment);
    return withContext(
      slot,
      found.map(({ address, state }) => ({ pubkey: toBase58(address), account: encode(state, find) })),
    );
  },

  getTokenLargestAccounts: ({ chain }, params) => {
    const { commitment, slot } = contextOf(chain, config(params, 1));
    const mint = addressOf(params[0]);
    const facts = mintFacts(chain.account(mint, commitment));
    if (facts === undefined) throw new RpcError(INVALID_PARAMS, 'Invalid param: not a Token mint');
    const largest = chain
      .accounts({ mint }, commitment)
      .map(({ address, state }) => ({ address, amount: tokenHolding(state)?.amount ?? 0n }))
      .sort((a, b) => (a.amount < b.amount ? 1 : a.amount > b.amount ? -1 : 0))
      .slice(0, LARGEST_ACCOUNTS);
    return withContext(
      slot,
      largest.map(({ address, amount }) => ({
        address: toBase58(address),
        ...tokenAmount(amount, facts.decimals),
      })),
    );
  },

  getTokenAccountBalance: ({ chain }, params) => {
    const { commitment, slot } = contextOf(chain, config(params, 1));
    const account = chain.account(addressOf(params[0]), commitment);
    if (account === null) throw new RpcError(INVALID_PARAMS, 'Invalid param: could not find account');
    const holding = tokenHolding(account);
    const facts = holding && mintFacts(chain.account(holding.mint, commitment));
    if (facts === undefined) throw new RpcError(INVALID_PARAMS, 'Invalid param: not a Token account');
    return withContext(slot, tokenAmount(holding?.amount ?? 0n, facts.decimals));
  },

  getTokenSupply: ({ chain }, params) => {
    const { commitment, slot } = contextOf(chain, config(params, 1));
    const account = chain.account(addressOf(params[0]), commitment);
    if (account === null) throw new RpcError(INVALID_PARAMS, 'Invalid param: could not find account');
    const facts = mintFacts(account);
    if (facts === undefined) throw new RpcError(INVALID_PARAMS, 'Invalid param: not a Token mint');
    return withContext(slot, tokenAmount(facts.supply, facts.decimals));
  },
};

function tokenFilter(value: unknown): AccountQuery {
  const filter = object(value, 'the filter');
  if (filter.mint !== undefined) return { mint: addressOf(filter.mint) };
  if (filter.programId !== undefined) return { owner: addressOf(filter.programId) };
  throw invalidParams('the filter must have mint or programId');
}
