import { MICRO, ok, type Result, refuse } from '@ece/contract';

/** A withdrawal to a new wallet opens its token account at the exchange's cost, some 0.002 SOL. */
export const MIN_WITHDRAWAL = 1n * MICRO;

/** Each faucet payment is a chain transaction; a cent is the least that anything costs. */
export const MIN_FAUCET = MICRO / 100n;

/** Less is not worth the network's fee; what is sent to the address in another way is booked whatever it is. */
export const MIN_DEPOSIT = MICRO / 100n;

/** The most that one call of the faucet gives. */
export const MAX_FAUCET = 10_000n * MICRO;

/** Faucet payments of one account that may be on their way at once. */
export const MAX_OPEN_FAUCET = 20;

/** Smaller sums stay at the deposit address: moving them costs more than it is worth, unless they are needed. */
export const MIN_SWEEP = 1n * MICRO;

/** Whether the faucet gives an amount, in micro-USDC. Refusals: `amount_too_small`, `amount_too_large`. */
export function checkFaucetAmount(amount: bigint): Result<void> {
  if (amount < MIN_FAUCET) return refuse('amount_too_small', 'The faucet gives 0.01 USDC at the least.');
  if (amount > MAX_FAUCET)
    return refuse('amount_too_large', 'The faucet gives 10,000 USDC a call at the most.');
  return ok(undefined);
}

/** Whether an amount may be paid in by a transaction made here, in micro-USDC. Refusal: `amount_too_small`. */
export function checkDepositAmount(amount: bigint): Result<void> {
  return amount < MIN_DEPOSIT
    ? refuse('amount_too_small', 'A deposit is 0.01 USDC at the least.')
    : ok(undefined);
}

/** Whether an amount may be withdrawn, in micro-USDC. Refusal: `amount_too_small`. */
export function checkWithdrawalAmount(amount: bigint): Result<void> {
  if (amount < MIN_WITHDRAWAL) return refuse('amount_too_small', 'A withdrawal is 1 USDC at the least.');
  return ok(undefined);
}
