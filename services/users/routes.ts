import { ok, operations, refuse } from '@ece/contract';
import { route } from '@ece/platform/http/route';
import type { FastifyInstance } from 'fastify';
import { ownProfile, publicProfile } from './present.ts';
import type { UsersService } from './service.ts';

/** Registers the routes of the users service. */
export function registerRoutes(app: FastifyInstance, users: UsersService): void {
  route(app, operations.users.me, async ({ principal }) => {
    const [user] = await users.byIds([principal.accountId]);
    return user ? ok(ownProfile(user)) : refuse('unauthenticated');
  });
  route(app, operations.users.updateMe, async ({ principal, body }) => {
    const changed = await users.updateProfile(principal.accountId, body);
    return changed.ok ? ok(ownProfile(changed.value)) : changed;
  });
  route(app, operations.users.get, async ({ params }) => {
    const user = await users.byHandle(params.handle);
    return user ? ok(publicProfile(user)) : refuse('not_found');
  });
}
