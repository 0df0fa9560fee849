export const ROLES = ['collector', 'moderator', 'admin'] as const;

/** Which people are asked for. */
export interface PeopleQuery {
  q?: string;
  role?: (typeof ROLES)[number];
  frozen?: 'true';
}

/** Reads what the address says, which anybody may have written. */
export function queryOf(address: Record<string, string | string[] | undefined>): PeopleQuery {
  const word = (name: string) => (typeof address[name] === 'string' ? address[name].trim() : '');
  const q = word('q');
  const role = ROLES.find((each) => each === word('role'));
  return {
    // The API refuses control characters.
    ...(q !== '' && q.length <= 254 && !/\p{Cc}/u.test(q) && { q }),
    ...(role && { role }),
    ...(word('frozen') === 'true' && { frozen: 'true' as const }),
  };
}
