import { auditChecks } from '@ece/platform/audit/checks';
import type { ChainClient } from '@ece/platform/chain/client';
import { senderChecks } from '@ece/platform/chain/send-checks';
import type { InvariantCheck } from '@ece/platform/invariants';
import { outboxChecks } from '@ece/platform/outbox/checks';
import type { ServiceInstance } from '@ece/platform/service';
import { vaultChecks } from '@ece/vault';

export { verifyJob } from './job.ts';
export { pauseBriefly } from './pause.ts';
export { formatResults, toJson } from './print.ts';
export { type CheckResult, isClean, runChecks } from './run.ts';

export interface ChecksOptions {
  /** Checks the tables of the vault and the outbox, too: in one of the processes that share them. */
  shared: boolean;
  /** Looks up on chain what is recorded as sent. */
  chain?: Pick<ChainClient, 'statuses'>;
}

/** The checks of some services and, where asked for, of what all of them share, in the order of the invariants. */
export function invariantChecks(
  services: Iterable<Pick<ServiceInstance<object>, 'checks'>>,
  { shared, chain }: ChecksOptions,
): InvariantCheck[] {
  return [
    ...(shared ? [...vaultChecks(), ...outboxChecks(), ...auditChecks()] : []),
    ...(chain ? senderChecks(chain) : []),
    ...[...services].flatMap((service) => service.checks ?? []),
  ].toSorted((a, b) => a.invariant.localeCompare(b.invariant, 'en', { numeric: true }));
}
