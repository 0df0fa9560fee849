/** The acts that the trail knows, in the order of the filter. */
export const ACTIONS = [
  ...['trading.halt', 'trading.resume', 'account.freeze', 'account.unfreeze', 'user.create', 'user.role'],
  ...['set.create', 'card.create', 'content.upload', 'catalogue.import', 'copies.mint'],
] as const;

/** Which entries are asked for. */
export interface AuditQuery {
  action?: string;
  actor?: string;
  subject?: string;
}

const WORD = /^[^\p{Cc}]{1,100}$/u;

/** Reads what the address says, which anybody may have written. */
export function auditQueryOf(address: Record<string, string | string[] | undefined>): AuditQuery {
  const entries = (['action', 'actor', 'subject'] as const).flatMap((name) => {
    const word = address[name];
    return typeof word === 'string' && WORD.test(word.trim()) ? [[name, word.trim()]] : [];
  });
  return Object.fromEntries(entries) as AuditQuery;
}
