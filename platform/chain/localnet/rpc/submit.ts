import { address } from '@solana/kit';
import { MAX_BLOCKHASH_AGE } from '../blockhashes.ts';
import { fromBase58, toBase58 } from '../bytes.ts';
import { messageFee } from '../fee.ts';
import { innerInstructionsJson, returnDataJson } from '../meta.ts';
import type { Outcome, Simulation } from '../vm.ts';
import { describeError } from '../vm-errors.ts';
import { MAX_TRANSACTION_SIZE, parseMessage, parseTransaction, type WireTransaction } from '../wire.ts';
import { accountEncoder } from './account-json.ts';
import {
  INTERNAL_ERROR,
  INVALID_PARAMS,
  invalidParams,
  PREFLIGHT_FAILURE,
  RpcError,
  SIGNATURE_FAILURE,
} from './errors.ts';
import type { Methods } from './method.ts';
import {
  addressOf,
  type Config,
  config,
  contextOf,
  flag,
  integer,
  list,
  object,
  text,
  withContext,
} from './params.ts';

const MAX_SIMULATED_ACCOUNTS = 64;

/** Methods that run transactions. */
export const submitMethods: Methods = {
  /** The preflight check runs on the newest state, whatever `preflightCommitment` says. */
  sendTransaction: ({ chain }, params) => {
    const options = config(params, 1);
    const transaction = transactionOf(params[0], options);
    const preflight = !flag(options.skipPreflight, 'skipPreflight');
    const { landed, outcome } = chain.submit(transaction, preflight);
    // As with a validator, a transaction sent without the check is dropped in silence.
    if (!landed && preflight) throw preflightFailure(outcome);
    return toBase58(transaction.signatures[0] ?? new Uint8Array());
  },

  simulateTransaction: ({ chain }, params) => {
    const options = config(params, 1);
    const { commitment, slot } = contextOf(chain, options);
    const transaction = transactionOf(params[0], options);
    const anyBlockhash = flag(options.replaceRecentBlockhash, 'replaceRecentBlockhash');
    const verifySignatures = flag(options.sigVerify, 'sigVerify');
    if (anyBlockhash && verifySignatures) {
      throw new RpcError(INVALID_PARAMS, 'sigVerify may not be used with replaceRecentBlockhash');
    }
    const encodeAccounts = simulatedAccounts(options);
    const simulation = chain.simulate(transaction, { verifySignatures, anyBlockhash });
    const newest = chain.slot('processed');
    const replacement = {
      blockhash: chain.blockhashes.of(newest),
      lastValidBlockHeight: newest + MAX_BLOCKHASH_AGE,
    };
    return withContext(slot, {
      ...outcomeJson(simulation),
      accounts: encodeAccounts(simulation, (wanted) => chain.account(wanted, commitment)),
      ...(flag(options.innerInstructions, 'innerInstructions') && {
        innerInstructions: innerInstructionsJson(simulation.innerInstructions),
      }),
      replacementBlockhash: anyBlockhash ? replacement : null,
    });
  },

  requestAirdrop: async ({ chain, faucet }, params) => {
    const to = address(toBase58(addressOf(params[0])));
    const lamports = BigInt(integer(params[1], 'lamports', 1));
    const transaction = await faucet.transfer(to, lamports);
    const { landed, outcome } = chain.submit(transaction, true);
    if (!landed) throw new RpcError(INTERNAL_ERROR, `airdrop failed: ${describeError(outcome.err ?? '')}`);
    return toBase58(transaction.signatures[0] ?? new Uint8Array());
  },

  getFeeForMessage: ({ chain }, params) => {
    const { slot } = contextOf(chain, config(params, 1));
    const message = parseMessage(binary(params[0], 'base64'));
    if ('reason' in message) throw invalidParams(`the message ${message.reason}`);
    const known = chain.blockhashes.slotOf(toBase58(message.blockhash)) !== undefined;
    return withContext(slot, known ? messageFee(message) : null);
  },
};

function transactionOf(value: unknown, options: Config): WireTransaction {
  const parsed = parseTransaction(binary(value, options.encoding ?? 'base58'));
  if ('reason' in parsed) throw new RpcError(INVALID_PARAMS, `invalid transaction: it ${parsed.reason}`);
  return parsed;
}

function binary(value: unknown, encoding: unknown): Uint8Array {
  const written = text(value, 'the transaction');
  if (encoding !== 'base64' && encoding !== 'base58')
    throw invalidParams('encoding must be base58 or base64');
  const max = Math.ceil(MAX_TRANSACTION_SIZE / 3) * 4;
  if (written.length > max) {
    const limit = `(max: encoded/raw ${max}/${MAX_TRANSACTION_SIZE})`;
    throw new RpcError(
      INVALID_PARAMS,
      `${encoding} encoded transaction too large: ${written.length} bytes ${limit}`,
    );
  }
  const decoded = encoding === 'base64' ? fromBase64(written) : fromBase58(written);
  if (decoded === undefined) throw new RpcError(INVALID_PARAMS, `invalid ${encoding} encoding`);
  return decoded;
}

function fromBase64(written: string): Uint8Array | undefined {
  const bytes = Buffer.from(written, 'base64');
  return bytes.toString('base64') === written ? new Uint8Array(bytes) : undefined;
}

function outcomeJson(outcome: Outcome) {
  return {
    err: outcome.err,
    logs: outcome.logs,
    unitsConsumed: outcome.computeUnits,
    returnData: returnDataJson(outcome.returnData),
    accounts: null,
    innerInstructions: null,
  };
}

function preflightFailure(outcome: Outcome): RpcError {
  const err = outcome.err ?? 'SanitizeFailure';
  if (err === 'SignatureFailure') {
    return new RpcError(SIGNATURE_FAILURE, 'Transaction signature verification failure');
  }
  const message = `Transaction simulation failed: ${describeError(err)}`;
  return new RpcError(PREFLIGHT_FAILURE, message, { ...outcomeJson(outcome), replacementBlockhash: null });
}

/** Reads the `accounts` option: which accounts to show as the simulation would leave them. */
function simulatedAccounts(options: Config) {
  if (options.accounts === undefined || options.accounts === null) return () => null;
  const wanted = object(options.accounts, 'accounts');
  const addresses = list(wanted.addresses, 'accounts.addresses', MAX_SIMULATED_ACCOUNTS).map(addressOf);
  const encode = accountEncoder({ encoding: wanted.encoding ?? 'base64' });
  return (simulation: Simulation, find: Parameters<typeof encode>[1]) => {
    if (simulation.err !== null) return addresses.map(() => null);
    const after = new Map(simulation.accounts().map((each) => [toBase58(each.address), each.state]));
    const findAfter = (key: Uint8Array) => after.get(toBase58(key)) ?? find(key);
    return addresses.map((key) => {
      const state = findAfter(key);
      return state && encode(state, findAfter);
    });
  };
}
