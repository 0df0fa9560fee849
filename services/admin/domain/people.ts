/** Whether somebody is asked for by the beginning of a handle, or a whole e-mail, and by a role. */
export function fits(
  user: { handle: string; email: string; role: string },
  { q, role }: { q?: string; role?: string },
): boolean {
  const named = q === undefined || user.handle.startsWith(q.toLowerCase()) || user.email === q.toLowerCase();
  return named && (role === undefined || user.role === role);
}
