/** The cookie that carries a session's token. */
export const SESSION_COOKIE = 'ece_session';

/**
 * The Set-Cookie header of a session. SameSite=Lax: someone who follows a link from a mail or a chat arrives
 * signed in, which Strict would not give, while calls that change something come without the cookie from
 * other sites and are also checked for their origin. HttpOnly: no script can read it.
 * @param maxAge seconds; 0 clears the cookie
 */
export function sessionCookie(token: string, maxAge: number, secure: boolean): string {
  return `${SESSION_COOKIE}=${token}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}
