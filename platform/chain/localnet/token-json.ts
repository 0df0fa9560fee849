import { isNone, isSome, type Option, type ReadonlyUint8Array } from '@solana/kit';
import { getMintDecoder, getTokenDecoder } from '@solana-program/token-2022';
import type { AccountState } from './account.ts';
import { mintFacts, tokenAmount, tokenHolding, tokenProgramOf } from './token.ts';

const mintDecoder = getMintDecoder();
const tokenDecoder = getTokenDecoder();
const accountStates = ['uninitialized', 'initialized', 'frozen'] as const;
const NO_ADDRESS = '11111111111111111111111111111111';

type Mint = ReturnType<typeof mintDecoder.decode>;
type Extensions = Mint['extensions'];
type Extension = Extract<Extensions, { __option: 'Some' }>['value'][number];

/**
 * The jsonParsed form of a token account or mint of either token program; undefined for other
 * accounts and for data that cannot be read, which are then answered as bytes.
 */
export function parsedTokenAccount(
  account: AccountState,
  find: (address: Uint8Array) => AccountState | null,
) {
  const program = tokenProgramOf(account);
  if (program === undefined) return undefined;
  const parsed = parse(account, find);
  return parsed && { program, parsed, space: account.data.length };
}

function parse(account: AccountState, find: (address: Uint8Array) => AccountState | null) {
  const holding = tokenHolding(account);
  try {
    if (holding !== undefined) {
      const mint = mintFacts(find(holding.mint));
      return mint && { type: 'account', info: tokenInfo(account.data, mint.decimals) };
    }
    if (mintFacts(account) !== undefined) return { type: 'mint', info: mintInfo(account.data) };
    return undefined;
  } catch {
    return undefined;
  }
}

function tokenInfo(data: ReadonlyUint8Array, decimals: number) {
  const token = tokenDecoder.decode(data);
  return {
    ...(isSome(token.closeAuthority) && { closeAuthority: token.closeAuthority.value }),
    ...(isSome(token.delegate) && {
      delegate: token.delegate.value,
      delegatedAmount: tokenAmount(token.delegatedAmount, decimals),
    }),
    isNative: isSome(token.isNative),
    mint: token.mint,
    owner: token.owner,
    ...(isSome(token.isNative) && { rentExemptReserve: tokenAmount(token.isNative.value, decimals) }),
    state: accountStates[token.state],
    tokenAmount: tokenAmount(token.amount, decimals),
    ...extensionsInfo(token.extensions),
  };
}

function mintInfo(data: ReadonlyUint8Array) {
  const mint = mintDecoder.decode(data);
  return {
    decimals: mint.decimals,
    freezeAuthority: orNull(mint.freezeAuthority),
    isInitialized: mint.isInitialized,
    mintAuthority: orNull(mint.mintAuthority),
    supply: mint.supply.toString(),
    ...extensionsInfo(mint.extensions),
  };
}

function extensionsInfo(extensions: Extensions) {
  return isNone(extensions) ? {} : { extensions: extensions.value.map(extensionInfo) };
}

function extensionInfo(extension: Extension) {
  const state = extensionState(extension);
  if (state === undefined) return { extension: 'unparseableExtension' };
  const name = extension.__kind.charAt(0).toLowerCase() + extension.__kind.slice(1);
  return state === null ? { extension: name } : { extension: name, state };
}

/** The extension's fields, null for one without any, undefined for one that is not written out. */
function extensionState(extension: Extension): object | null | undefined {
  switch (extension.__kind) {
    case 'ImmutableOwner':
    case 'NonTransferable':
    case 'NonTransferableAccount':
    case 'PausableAccount':
      return null;
    case 'MintCloseAuthority':
      return { closeAuthority: addressOrNull(extension.closeAuthority) };
    case 'PermanentDelegate':
      return { delegate: addressOrNull(extension.delegate) };
    case 'DefaultAccountState':
      return { accountState: accountStates[extension.state] };
    case 'MemoTransfer':
      return { requireIncomingTransferMemos: extension.requireIncomingTransferMemos };
    case 'CpiGuard':
      return { lockCpi: extension.lockCpi };
    case 'TransferHook':
      return {
        authority: addressOrNull(extension.authority),
        programId: addressOrNull(extension.programId),
      };
    case 'PausableConfig':
      return { authority: orNull(extension.authority), paused: extension.paused };
    default:
      return metadataOrGroup(extension);
  }
}

function metadataOrGroup(extension: Extension): object | undefined {
  switch (extension.__kind) {
    case 'MetadataPointer':
      return { authority: orNull(extension.authority), metadataAddress: orNull(extension.metadataAddress) };
    case 'GroupPointer':
      return { authority: orNull(extension.authority), groupAddress: orNull(extension.groupAddress) };
    case 'GroupMemberPointer':
      return { authority: orNull(extension.authority), memberAddress: orNull(extension.memberAddress) };
    case 'TokenMetadata': {
      const { mint, name, symbol, uri, additionalMetadata } = extension;
      const updateAuthority = orNull(extension.updateAuthority);
      return { updateAuthority, mint, name, symbol, uri, additionalMetadata: [...additionalMetadata] };
    }
    case 'TokenGroup': {
      const { mint, size, maxSize } = extension;
      return { updateAuthority: orNull(extension.updateAuthority), mint, size, maxSize };
    }
    case 'TokenGroupMember': {
      const { mint, group, memberNumber } = extension;
      return { mint, group, memberNumber };
    }
    default:
      return undefined;
  }
}

function orNull<T>(option: Option<T>): T | null {
  return isSome(option) ? option.value : null;
}

function addressOrNull(address: string): string | null {
  return address === NO_ADDRESS ? null : address;
}
