import { operation } from '../operation.ts';
import {
  Handle,
  Id,
  IdParams,
  nullable,
  object,
  oneOf,
  page,
  pageQuery,
  Role,
  Time,
  Type,
} from '../schema.ts';
import { OwnProfile } from './users.ts';

const Email = Type.String({
  minLength: 3,
  maxLength: 254,
  pattern:
    '^[^\\s@<>"\\u0000-\\u001f\\u007f]+@[^\\s@<>"\\u0000-\\u001f\\u007f]+\\.[^\\s@<>"\\u0000-\\u001f\\u007f]+$',
});
const Password = Type.String({ minLength: 10, maxLength: 200 });

export const Session = object({
  user: OwnProfile,
  accessToken: Type.String({ description: 'For Authorization: Bearer' }),
  expiresIn: Type.Integer({ description: 'Seconds until the access token ends' }),
});

/** A place where somebody is signed in. */
export const SignedInSession = object({
  id: Id,
  browser: nullable(Type.String({ description: 'As the browser calls itself; null for a program' })),
  system: nullable(Type.String()),
  kind: oneOf('desktop', 'phone', 'tablet', 'other'),
  address: Type.String({ description: 'Where it signed in from; empty where that was not noted' }),
  current: Type.Boolean({ description: 'Whether this call is made by it' }),
  createdAt: Time,
  lastSeenAt: Time,
  expiresAt: Time,
});

export const auth = {
  register: operation({
    service: 'auth',
    method: 'POST',
    path: '/auth/register',
    summary: 'Make an account and sign in',
    access: 'public',
    status: 201,
    body: object({ email: Email, password: Password, handle: Type.Optional(Handle) }),
    response: Session,
    errors: ['email_taken', 'handle_taken', 'handle_reserved'],
  }),
  login: operation({
    service: 'auth',
    method: 'POST',
    path: '/auth/login',
    summary: 'Sign in',
    access: 'public',
    body: object({ email: Email, password: Type.String({ minLength: 1, maxLength: 200 }) }),
    response: Session,
    errors: ['invalid_credentials'],
  }),
  refresh: operation({
    service: 'auth',
    method: 'POST',
    path: '/auth/refresh',
    summary: 'Get a new access token for the session cookie',
    access: 'user',
    response: Session,
  }),
  logout: operation({
    service: 'auth',
    method: 'POST',
    path: '/auth/logout',
    summary: 'Sign out: ends this session and clears its cookie',
    access: 'user',
    status: 204,
  }),
  sessions: operation({
    service: 'auth',
    method: 'GET',
    path: '/auth/sessions',
    summary: 'Where I am signed in, the last sign-in first',
    access: 'user',
    query: pageQuery({}),
    response: page(SignedInSession),
  }),
  endSession: operation({
    service: 'auth',
    method: 'DELETE',
    path: '/auth/sessions/:id',
    summary: 'End one session of mine, whichever',
    description:
      'Told on `user:<id>` by `session.ended`. One that is over already is answered like one that ends.',
    access: 'user',
    ownership: 'the account that signed in',
    status: 204,
    params: IdParams,
  }),
  endOtherSessions: operation({
    service: 'auth',
    method: 'DELETE',
    path: '/auth/sessions',
    summary: 'End all sessions of mine but this one',
    access: 'user',
    response: object({ ended: Type.Integer() }),
  }),
  setRole: operation({
    service: 'auth',
    method: 'PUT',
    path: '/admin/users/:id/role',
    summary: 'Give an account a role; its sessions end',
    access: 'admin',
    params: object({ id: Id }),
    body: object({ role: Role }),
    response: OwnProfile,
    errors: ['last_admin', 'account_frozen'],
  }),
};
