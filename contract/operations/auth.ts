import { operation } from '../operation.ts';
import { Handle, Id, object, Role, Type } from '../schema.ts';
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
