/**
 * The vault: who owns what. It is the only writer of balances, holds, copies' owners and sales. Every
 * function takes the caller's transaction, so that what must move together moves in one.
 *
 * Lock order, kept by every caller: the gate; the listing, auction or trade row; copies by id; accounts by id;
 * topics.
 */
export * from './accounts.ts';
export * from './agreement.ts';
export * from './checks.ts';
export * from './copies.ts';
export * from './fees.ts';
export * from './gate-checks.ts';
export * from './gates.ts';
export * from './history.ts';
export * from './ledger.ts';
export * from './metrics.ts';
export * from './migrations.ts';
export * from './moved.ts';
export * from './moves.ts';
export * from './sales.ts';
export * from './tallies.ts';
