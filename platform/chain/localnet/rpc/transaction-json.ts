import { toBase58 } from '../bytes.ts';
import { parseJson } from '../json.ts';
import type { StoredTransaction } from '../ledger.ts';
import { parseTransaction, type WireMessage } from '../wire.ts';
import { INVALID_PARAMS, invalidParams, RpcError, UNSUPPORTED_TRANSACTION_VERSION } from './errors.ts';
import { type Config, integer } from './params.ts';

/** Writes a stored transaction as getTransaction answers it. */
export function transactionJson(stored: StoredTransaction, options: Config) {
  const encoding = options.encoding ?? 'json';
  const parsed = parseTransaction(stored.wire);
  if ('reason' in parsed) throw new Error(`a stored transaction ${parsed.reason}`);
  const { message } = parsed;
  const maxVersion = options.maxSupportedTransactionVersion ?? undefined;
  if (maxVersion !== undefined) integer(maxVersion, 'maxSupportedTransactionVersion', 0, 127);
  if (message.version === 0 && maxVersion === undefined) throw unsupportedVersion();
  const transaction =
    encoding === 'json'
      ? { signatures: parsed.signatures.map(toBase58), message: messageJson(message) }
      : [binary(stored.wire, encoding), encoding];
  return {
    slot: stored.slot,
    blockTime: stored.blockTime,
    transaction,
    meta: parseJson(stored.meta),
    ...(maxVersion !== undefined && { version: message.version }),
  };
}

function unsupportedVersion(): RpcError {
  const message =
    'Transaction version (0) is not supported by the requesting client. ' +
    'Please try the request again with the following configuration parameter: "maxSupportedTransactionVersion": 0';
  return new RpcError(UNSUPPORTED_TRANSACTION_VERSION, message);
}

function binary(wire: Uint8Array, encoding: unknown): string {
  if (encoding === 'base64') return Buffer.from(wire).toString('base64');
  if (encoding === 'base58') return toBase58(wire);
  if (encoding === 'jsonParsed') {
    throw new RpcError(INVALID_PARAMS, 'jsonParsed transactions are not available on this chain');
  }
  throw invalidParams('encoding must be json, base64 or base58');
}

function messageJson(message: WireMessage) {
  return {
    header: {
      numRequiredSignatures: message.signers,
      numReadonlySignedAccounts: message.readonlySigners,
      numReadonlyUnsignedAccounts: message.readonlyOthers,
    },
    accountKeys: message.keys.map(toBase58),
    recentBlockhash: toBase58(message.blockhash),
    instructions: message.instructions.map(({ programIndex, accounts, data }) => ({
      programIdIndex: programIndex,
      accounts: [...accounts],
      data: toBase58(data),
      stackHeight: 1,
    })),
    ...(message.version === 0 && {
      addressTableLookups: message.lookups.map(({ table, writable, readonly }) => ({
        accountKey: toBase58(table),
        writableIndexes: [...writable],
        readonlyIndexes: [...readonly],
      })),
    }),
  };
}
