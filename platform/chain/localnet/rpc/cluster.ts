import { MAX_BLOCKHASH_AGE } from '../blockhashes.ts';
import { SLOTS_PER_EPOCH } from '../vm.ts';
import type { Methods } from './method.ts';
import { config, contextOf, integer, text, withContext } from './params.ts';

/** Methods about the chain itself: its clock, its blockhashes, its version. */
export const clusterMethods: Methods = {
  getHealth: () => 'ok',

  getVersion: () => ({ 'solana-core': 'litesvm-1.5.0', 'feature-set': 0 }),

  getGenesisHash: ({ chain }) => chain.blockhashes.genesis(),

  getSlot: ({ chain }, params) => contextOf(chain, config(params, 0)).slot,

  getBlockHeight: ({ chain }, params) => contextOf(chain, config(params, 0)).slot,

  getFirstAvailableBlock: () => 0,

  getEpochInfo: ({ chain }, params) => {
    const { slot } = contextOf(chain, config(params, 0));
    return {
      absoluteSlot: slot,
      blockHeight: slot,
      epoch: Math.floor(slot / SLOTS_PER_EPOCH),
      slotIndex: slot % SLOTS_PER_EPOCH,
      slotsInEpoch: SLOTS_PER_EPOCH,
      transactionCount: chain.ledger.transactionCount(),
    };
  },

  getLatestBlockhash: ({ chain }, params) => {
    const { slot } = contextOf(chain, config(params, 0));
    const issued = Math.max(slot, chain.slot('processed') - MAX_BLOCKHASH_AGE);
    const value = {
      blockhash: chain.blockhashes.of(issued),
      lastValidBlockHeight: issued + MAX_BLOCKHASH_AGE,
    };
    return withContext(slot, value);
  },

  isBlockhashValid: ({ chain }, params) => {
    const { slot } = contextOf(chain, config(params, 1));
    const from = chain.blockhashes.slotOf(text(params[0], 'the blockhash'));
    return withContext(slot, from !== undefined && from <= slot);
  },

  getMinimumBalanceForRentExemption: ({ chain }, params) =>
    chain.rentExemption(integer(params[0], 'the data size', 0, 10 * 1024 * 1024)),

  getRecentPrioritizationFees: ({ chain }) => {
    const newest = chain.slot('processed');
    const first = Math.max(0, newest - MAX_BLOCKHASH_AGE + 1);
    return Array.from({ length: newest - first + 1 }, (_, index) => ({
      slot: first + index,
      prioritizationFee: 0,
    }));
  },
};
