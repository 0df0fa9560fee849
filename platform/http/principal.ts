/** Who makes a call. */
export interface Principal {
  accountId: string;
  role: 'collector' | 'moderator' | 'admin';
  sessionId: string;
}

const RANK = { collector: 0, moderator: 1, admin: 2 } as const;

/** True when the principal's role reaches `role`. */
export function hasRole(principal: Principal, role: Principal['role']): boolean {
  return RANK[principal.role] >= RANK[role];
}
