import { type Result, refuse } from '@ece/contract';
import { atomically } from '@ece/platform/db/database';
import { type CallKey, once } from '@ece/platform/db/idempotency';
import type { ServiceInstance } from '@ece/platform/service';
import { openAccount, passGate } from '@ece/vault';
import type { WalletApi, WalletContext } from './api.ts';
import { walletChecks } from './checks.ts';
import { depositJob } from './deposits.ts';
import { checkDepositAmount, checkFaucetAmount, checkWithdrawalAmount, MIN_SWEEP } from './domain/limits.ts';
import { FAUCET, registerFaucet, requestFaucet } from './faucet.ts';
import { passOn, preparePayIn } from './pay-in.ts';
import { preparationJob } from './preparation.ts';
import { presentTransfer } from './present.ts';
import { registerRoutes } from './routes.ts';
import * as store from './store.ts';
import { registerSweeps, sweepJob } from './sweeps.ts';
import { countUnswept } from './treasury-store.ts';
import { createWallets } from './wallets.ts';
import { checkDestination, registerWithdrawals, requestWithdrawal, WITHDRAWAL } from './withdrawals.ts';

type Transfer = ReturnType<typeof presentTransfer>;

/** What the routes use beside the interface that other services see. */
export interface WalletService extends WalletApi {
  /** The address of USDC's mint. */
  usdcMint(): Promise<string>;
  /** Refusals: `faucet_disabled`, `amount_too_small`, `amount_too_large`, `too_many_requests`, `account_frozen`. */
  faucet(key: CallKey, accountId: string, amount: bigint): Promise<Result<Transfer>>;
  /** See `preparePayIn`. Refusals beside its own: `amount_too_small`, `own_address`. */
  prepareDeposit(
    accountId: string,
    from: string,
    amount: bigint,
  ): Promise<Result<{ transaction: string; chain: string }>>;
  /** See `passOn`. */
  sendDeposit(accountId: string, wire: string): Promise<Result<{ signature: string }>>;
  /**
   * Refusals: `amount_too_small`, `invalid_address`, `own_address`, `insufficient_funds`, `unavailable`,
   * `account_frozen`, `withdrawals_halted`.
   */
  withdraw(key: CallKey, accountId: string, amount: bigint, address: string): Promise<Result<Transfer>>;
  /** Transfers as the API shows them, in the order of the rows. */
  present(rows: store.TransferRow[]): Promise<Transfer[]>;
}

/** Makes the wallet service. */
export function createWallet(context: WalletContext): ServiceInstance<WalletApi> {
  const { db, sender } = context;
  const wallets = createWallets(context);
  registerFaucet(context, wallets);
  registerSweeps(context, wallets);
  registerWithdrawals(context, wallets);

  async function depositAddress(accountId: string): Promise<string> {
    const known = await store.findAddress(db, accountId);
    if (known) return known.address;
    const deposit = await wallets.depositOf(accountId);
    await atomically(db, async (tx) => {
      await openAccount(tx, accountId);
      await store.insertAddress(tx, accountId, deposit);
    });
    return deposit.address;
  }

  async function isOwnAddress(address: string): Promise<boolean> {
    return (await wallets.fixedAddresses()).includes(address) || (await store.isDepositAddress(db, address));
  }

  async function present(rows: store.TransferRow[]): Promise<Transfer[]> {
    const open = (kind: store.TransferRow['kind']) =>
      rows.filter((row) => row.state === 'requested' && row.kind === kind).map((row) => row.id);
    const sent = await Promise.all([
      sender.find(db, FAUCET, open('faucet')),
      sender.find(db, WITHDRAWAL, open('withdrawal')),
    ]);
    const byId = new Map(sent.flat().map((each) => [each.reference, each]));
    return rows.map((row) => presentTransfer(row, byId.get(row.id)));
  }

  /** Presents a transfer that was just asked for, and sets the sender going. */
  async function begun(id: string): Promise<Transfer> {
    sender.wake();
    const [transfer] = await present(await store.readTransfers(db, [id]));
    return transfer!;
  }

  const service: WalletService = {
    accountsOfAddresses: (addresses) => store.accountsOf(db, addresses),
    isOwnAddress,
    depositAddress,
    usdcMint: () => wallets.mint(),
    present,
    async fund(accountId, amount, bookedAt) {
      if (!context.faucet) throw new Error('test USDC exists on the local chain only');
      await depositAddress(accountId);
      const id = await atomically(db, async (tx) => {
        const payment = { accountId, amount, bookedAt };
        const requested = await requestFaucet(tx, context, payment, { limited: false });
        if (!requested.ok) throw new Error('unreachable: this payment has no limit');
        return requested.value;
      });
      sender.wake();
      return id;
    },
    unswept: () => countUnswept(db, MIN_SWEEP),
    async settled(transferIds) {
      const rows = await store.readTransfers(db, transferIds);
      return rows.length === new Set(transferIds).size && rows.every((row) => row.state === 'final');
    },
    async faucet(key, accountId, amount) {
      if (!context.faucet) return refuse('faucet_disabled');
      const checked = checkFaucetAmount(amount);
      if (!checked.ok) return checked;
      await depositAddress(accountId);
      const payment = { accountId, amount };
      return once(
        db,
        key,
        async (tx) => {
          const passed = await passGate(tx, { accounts: [accountId], kind: 'personal' });
          return passed.ok ? requestFaucet(tx, context, payment, { limited: true }) : passed;
        },
        begun,
      );
    },
    async prepareDeposit(accountId, from, amount) {
      const checked = checkDepositAmount(amount);
      if (!checked.ok) return checked;
      if (await isOwnAddress(from)) return refuse('own_address', 'Pay in from a wallet of your own.');
      const [to, mint] = await Promise.all([depositAddress(accountId), wallets.mint()]);
      return preparePayIn(context, { from, to, mint, amount });
    },
    async sendDeposit(accountId, wire) {
      const [to, mint] = await Promise.all([depositAddress(accountId), wallets.mint()]);
      return passOn(context, { wire, to, mint });
    },
    async withdraw(key, accountId, amount, address) {
      const checked = checkWithdrawalAmount(amount);
      if (!checked.ok) return checked;
      // Asked before the transaction begins: an answer of the chain may take its time.
      const destination = await checkDestination(context, isOwnAddress, address);
      if (!destination.ok) return destination;
      const withdrawal = { accountId, amount, address };
      return once(
        db,
        key,
        async (tx) => {
          const passed = await passGate(tx, { accounts: [accountId], kind: 'withdrawal' });
          return passed.ok ? requestWithdrawal(tx, context, withdrawal) : passed;
        },
        begun,
      );
    },
  };

  return {
    api: service,
    routes: (app) => registerRoutes(app, context, service),
    jobs: [preparationJob(context, wallets), depositJob(context, wallets), sweepJob(context)],
    checks: walletChecks(context),
  };
}
