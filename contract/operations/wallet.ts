import { operation } from '../operation.ts';
import {
  Address,
  Id,
  IdParams,
  Money,
  nullable,
  object,
  oneOf,
  page,
  pageQuery,
  Signature,
  SignedMoney,
  Time,
  Type,
} from '../schema.ts';
import { LONGEST_TRANSACTION, WalletTransaction } from '../wallet-transaction.ts';

export const Wallet = object({
  available: Money,
  held: Money,
  depositAddress: Address,
  currency: Type.Literal('USDC'),
  usdcMint: Address,
});

export const Entry = object({
  id: Id,
  kind: Type.String({ description: 'deposit, withdrawal, sale, trade …' }),
  amount: SignedMoney,
  balance: Money,
  reference: nullable(Id),
  at: Time,
});

export const Transfer = object({
  id: Id,
  kind: oneOf('faucet', 'deposit', 'withdrawal'),
  state: oneOf('requested', 'signed', 'sent', 'final', 'returned'),
  amount: Money,
  address: nullable(Address),
  signature: nullable(Signature),
  createdAt: Time,
  finalAt: nullable(Time),
});

export const wallet = {
  get: operation({
    service: 'wallet',
    method: 'GET',
    path: '/wallet',
    summary: 'My balance and my deposit address',
    access: 'user',
    response: Wallet,
  }),
  entries: operation({
    service: 'wallet',
    method: 'GET',
    path: '/wallet/entries',
    summary: 'My statement, newest first',
    access: 'user',
    query: pageQuery({}),
    response: page(Entry),
  }),
  transfers: operation({
    service: 'wallet',
    method: 'GET',
    path: '/wallet/transfers',
    summary: 'My faucet payments, deposits and withdrawals on chain, newest first',
    access: 'user',
    query: pageQuery({}),
    response: page(Transfer),
  }),
  transfer: operation({
    service: 'wallet',
    method: 'GET',
    path: '/wallet/transfers/:id',
    summary: 'One faucet payment, deposit or withdrawal of mine',
    access: 'user',
    ownership: 'the account that the money belongs to',
    params: IdParams,
    response: Transfer,
  }),
  faucet: operation({
    service: 'wallet',
    method: 'POST',
    path: '/wallet/faucet',
    summary: 'Get test USDC, sent on chain to my deposit address (local chain only)',
    description: 'Up to 10,000 USDC a call. The balance grows once the transfer is final.',
    access: 'user',
    idempotent: true,
    status: 202,
    body: object({ amount: Money }),
    response: Transfer,
    errors: ['faucet_disabled', 'amount_too_small', 'amount_too_large', 'account_frozen'],
  }),
  prepareDeposit: operation({
    service: 'wallet',
    method: 'POST',
    path: '/wallet/deposits',
    summary: 'Make the transaction by which a wallet of mine pays in',
    description:
      'It moves nothing: have the wallet sign it, and pass it on within a minute. Money sent to the deposit address ' +
      'in any other way is booked as well.',
    access: 'user',
    perMinute: 60,
    body: object({ from: Address, amount: Money }),
    response: WalletTransaction,
    errors: ['invalid_address', 'own_address', 'amount_too_small', 'not_in_wallet'],
  }),
  sendDeposit: operation({
    service: 'wallet',
    method: 'POST',
    path: '/wallet/deposits/signed',
    summary: 'Pass a transaction that pays in on to the chain, signed by the wallet',
    description:
      'Money and cards are mine when the transaction is final. Passing the same transaction on again does nothing.',
    access: 'user',
    status: 202,
    perMinute: 60,
    body: object({
      transaction: Type.String({
        minLength: 1,
        maxLength: LONGEST_TRANSACTION,
        pattern: '^[A-Za-z0-9+/]+={0,2}$',
      }),
    }),
    response: object({ signature: Signature }),
    errors: ['not_a_deposit', 'transaction_expired', 'transaction_refused'],
  }),
  withdraw: operation({
    service: 'wallet',
    method: 'POST',
    path: '/wallet/withdrawals',
    summary: 'Send USDC to a Solana wallet',
    access: 'user',
    idempotent: true,
    status: 202,
    body: object({ amount: Money, address: Address }),
    response: Transfer,
    errors: [
      'insufficient_funds',
      'invalid_address',
      'own_address',
      'amount_too_small',
      'account_frozen',
      'withdrawals_halted',
    ],
  }),
};
