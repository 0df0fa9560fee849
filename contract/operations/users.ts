import { operation } from '../operation.ts';
import { Handle, Id, object, Role, Time, Type } from '../schema.ts';

const profile = {
  id: Id,
  handle: Handle,
  displayName: Type.String(),
  bio: Type.String(),
  role: Role,
  createdAt: Time,
};

export const Profile = object(profile);
export const OwnProfile = object({ ...profile, email: Type.String() });

export const users = {
  me: operation({
    service: 'users',
    method: 'GET',
    path: '/users/me',
    summary: 'My profile',
    access: 'user',
    response: OwnProfile,
  }),
  updateMe: operation({
    service: 'users',
    method: 'PATCH',
    path: '/users/me',
    summary: 'Change my handle, display name or bio',
    access: 'user',
    body: object({
      handle: Type.Optional(Handle),
      displayName: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 60,
          pattern: '^[^\\u0000-\\u001f\\u007f]*[^\\s\\u0000-\\u001f\\u007f][^\\u0000-\\u001f\\u007f]*$',
          description: 'One line that is not blank',
        }),
      ),
      bio: Type.Optional(
        Type.String({ maxLength: 500, pattern: '^[^\\u0000-\\u0008\\u000b-\\u001f\\u007f]*$' }),
      ),
    }),
    response: OwnProfile,
    errors: ['handle_taken', 'handle_reserved'],
  }),
  get: operation({
    service: 'users',
    method: 'GET',
    path: '/users/:handle',
    summary: 'The public profile of a person',
    access: 'public',
    params: object({ handle: Handle }),
    response: Profile,
  }),
};
