import type { IncomingMessage } from 'node:http';
import { SESSION_COOKIE } from '@ece/auth';
import type { Principal } from '@ece/platform/http/principal';
import type { FastifyInstance } from 'fastify';

/** Finds who a session's cookie belongs to. */
export type SessionReader = (token: string) => Promise<Principal | undefined>;

/** Who opens a socket, by the session cookie; nobody where there is none or no reader for it. */
export async function principalOfCookie(
  app: FastifyInstance,
  { headers }: IncomingMessage,
  read: SessionReader | undefined,
): Promise<Principal | undefined> {
  const token = read && headers.cookie ? app.parseCookie(headers.cookie)[SESSION_COOKIE] : undefined;
  return token ? await read!(token) : undefined;
}
