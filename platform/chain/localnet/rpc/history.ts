import { toBase58 } from '../bytes.ts';
import type { Chain } from '../chain.ts';
import { parseJson } from '../json.ts';
import type { StoredTransaction } from '../ledger.ts';
import type { Methods } from './method.ts';
import { addressOf, config, contextOf, flag, integer, list, signatureOf, withContext } from './params.ts';
import { transactionJson } from './transaction-json.ts';

const MAX_STATUSES = 256;
const MAX_SIGNATURES = 1000;
/** Slots for which a status is known without a search of the history, as on mainnet. */
const STATUS_CACHE_SLOTS = 300;

/** Methods about past transactions. */
export const historyMethods: Methods = {
  getSignatureStatuses: ({ chain }, params) => {
    const search = flag(config(params, 1).searchTransactionHistory, 'searchTransactionHistory');
    const oldest = search ? 0 : chain.slot('processed') - STATUS_CACHE_SLOTS;
    const statuses = list(params[0], 'the signatures', MAX_STATUSES).map((signature) => {
      const stored = chain.ledger.status(signatureOf(signature));
      return stored === undefined || stored.slot < oldest ? null : statusJson(chain, stored);
    });
    return withContext(chain.slot('processed'), statuses);
  },

  getTransaction: ({ chain }, params) => {
    const options = typeof params[1] === 'string' ? { encoding: params[1] } : config(params, 1);
    const { slot } = contextOf(chain, options);
    const stored = chain.ledger.transaction(signatureOf(params[0]));
    return stored === undefined || stored.slot > slot ? null : transactionJson(stored, options);
  },

  getSignaturesForAddress: ({ chain }, params) => {
    const options = config(params, 1);
    const { slot } = contextOf(chain, options);
    const limit = integer(options.limit ?? MAX_SIGNATURES, 'limit', 1, MAX_SIGNATURES);
    const before = position(chain, options.before, Number.MAX_SAFE_INTEGER);
    const until = position(chain, options.until, 0);
    return chain.ledger.transactionsOf(addressOf(params[0]), until, before, slot, limit).map((stored) => ({
      signature: toBase58(stored.signature),
      slot: stored.slot,
      err: errorOf(stored),
      memo: null,
      blockTime: stored.blockTime,
      confirmationStatus: statusJson(chain, stored).confirmationStatus,
    }));
  },
};

/** Position of the signature's transaction; with an unknown `before` or `until` nothing is left out. */
function position(chain: Chain, signature: unknown, none: number): number {
  if (signature === undefined || signature === null) return none;
  return chain.ledger.transaction(signatureOf(signature))?.id ?? none;
}

function statusJson(chain: Chain, stored: Pick<StoredTransaction, 'slot' | 'err'>) {
  const final = stored.slot <= chain.slot('finalized');
  const err = errorOf(stored);
  return {
    slot: stored.slot,
    confirmations: final ? null : chain.slot('processed') - stored.slot,
    err,
    status: err === null ? { Ok: null } : { Err: err },
    confirmationStatus: final ? 'finalized' : 'confirmed',
  };
}

function errorOf(stored: Pick<StoredTransaction, 'err'>): unknown {
  return stored.err === null ? null : parseJson(stored.err);
}
