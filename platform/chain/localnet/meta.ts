import type { AccountState } from './account.ts';
import { toBase58 } from './bytes.ts';
import type { ResolvedKeys } from './lookup.ts';
import { mintFacts, tokenAmount, tokenHolding } from './token.ts';
import type { InnerInstruction, Outcome } from './vm.ts';

/** A transaction's accounts at one moment, in the order of its keys. */
export type AccountStates = (AccountState | null)[];

/** Finds an account that may not be one of the transaction's. */
export type AccountLookup = (address: Uint8Array) => AccountState | null;

/** A token account's balance before or after a transaction. */
export interface TokenBalance {
  accountIndex: number;
  mint: string;
  owner: string;
  programId: string;
  uiTokenAmount: ReturnType<typeof tokenAmount>;
}

/** Balances of the token accounts among the states. */
export function tokenBalances(states: AccountStates, find: AccountLookup): TokenBalance[] {
  return states.flatMap((state, accountIndex) => {
    const holding = tokenHolding(state);
    const mint = holding && mintFacts(find(holding.mint));
    if (state === null || holding === undefined || mint === undefined) return [];
    return [
      {
        accountIndex,
        mint: toBase58(holding.mint),
        owner: toBase58(holding.holder),
        programId: toBase58(state.owner),
        uiTokenAmount: tokenAmount(holding.amount, mint.decimals),
      },
    ];
  });
}

/** Inner instructions as Solana's JSON-RPC writes them. */
export function innerInstructionsJson(inner: InnerInstruction[][]) {
  return inner.flatMap((calls, index) => {
    if (calls.length === 0) return [];
    const instructions = calls.map(({ programIndex, accounts, data, stackHeight }) => ({
      programIdIndex: programIndex,
      accounts: [...accounts],
      data: toBase58(data),
      stackHeight,
    }));
    return [{ index, instructions }];
  });
}

/** Return data as Solana's JSON-RPC writes it. */
export function returnDataJson(returned: Outcome['returnData']) {
  if (returned === null) return null;
  return {
    programId: toBase58(returned.programId),
    data: [Buffer.from(returned.data).toString('base64'), 'base64'],
  };
}

/** The `meta` of getTransaction. */
export function transactionMeta(
  outcome: Outcome,
  fee: bigint,
  keys: ResolvedKeys,
  balances: {
    pre: AccountStates;
    post: AccountStates;
    preTokens: TokenBalance[];
    postTokens: TokenBalance[];
  },
) {
  const lamports = (states: AccountStates) => states.map((state) => state?.lamports ?? 0n);
  const returned = returnDataJson(outcome.returnData);
  return {
    err: outcome.err,
    status: outcome.err === null ? { Ok: null } : { Err: outcome.err },
    fee,
    preBalances: lamports(balances.pre),
    postBalances: lamports(balances.post),
    innerInstructions: innerInstructionsJson(outcome.innerInstructions),
    logMessages: outcome.logs,
    preTokenBalances: balances.preTokens,
    postTokenBalances: balances.postTokens,
    rewards: [],
    loadedAddresses: { writable: keys.writable.map(toBase58), readonly: keys.readonly.map(toBase58) },
    ...(returned && { returnData: returned }),
    computeUnitsConsumed: outcome.computeUnits,
  };
}
