import type { RoleName } from './roles.ts';

/** Roles that sign with the exchange's keys, so that their processes have the key file and its passphrase. */
const SIGNING: readonly RoleName[] = ['wallet', 'nfts'];

/** Whether one of these roles signs with the exchange's keys. */
export function sign(roles: readonly RoleName[]): boolean {
  return roles.some((role) => SIGNING.includes(role));
}
