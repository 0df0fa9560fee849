import { operation } from '../operation.ts';
import { Handle, Id, nullable, object, page, pageQuery, Role, Time, Type } from '../schema.ts';

const SetCode = Type.String({ pattern: '^[A-Z0-9]{2,8}$' });
const Reason = Type.String({
  minLength: 1,
  maxLength: 300,
  pattern: '^[^\\u0000-\\u001f\\u007f]*[^\\s\\u0000-\\u001f\\u007f][^\\u0000-\\u001f\\u007f]*$',
  description: 'One line that is not blank',
});
const flag = Type.Unsafe<'true' | 'false'>({ type: 'string', enum: ['true', 'false'] });

export const Halt = object({
  id: Id,
  setId: nullable(Id),
  setCode: nullable(SetCode),
  withdrawals: Type.Boolean({ description: 'Whether withdrawals are stopped, too' }),
  reason: Type.String(),
  at: Time,
  until: nullable(Time),
});

export const Freeze = object({ handle: Handle, accountId: Id, reason: Type.String(), at: Time });

export const AdminUser = object({
  id: Id,
  handle: Handle,
  displayName: Type.String(),
  role: Role,
  createdAt: Time,
  frozen: nullable(object({ reason: Type.String(), at: Time })),
});

const AdminPerson = object({
  ...AdminUser.properties,
  email: nullable(Type.String({ description: 'For admins alone' })),
  freezes: Type.Array(object({ reason: Type.String(), at: Time, until: nullable(Time) }), {
    description: 'The last first, 50 at the most',
  }),
});

export const AuditEntry = object({
  number: Type.Integer(),
  at: Time,
  actor: Type.String({ description: 'An account’s id, cli, settings or system' }),
  actorHandle: nullable(Handle),
  action: Type.String(),
  subject: Type.String(),
  data: Type.Record(Type.String(), Type.Unknown()),
  address: nullable(Type.String()),
  requestId: nullable(Type.String()),
});

const Lag = object({ name: Type.String(), events: Type.Integer(), seconds: Type.Number() });
const ProcessState = object({
  id: Id,
  host: Type.String(),
  version: Type.String(),
  roles: Type.Array(Type.String()),
  startedAt: Time,
  seenAt: Time,
  alive: Type.Boolean({ description: 'It has told of itself within the last 30 seconds' }),
  notReady: Type.Array(Type.String(), { description: 'What it waits for, by name' }),
});

const JobState = object({
  name: Type.String(),
  processes: Type.Integer(),
  runs: Type.Integer(),
  failures: Type.Integer(),
  failing: Type.Boolean({ description: 'Its last run in some process failed' }),
  lastAt: nullable(Time),
  milliseconds: Type.Number({ description: 'Of the slowest last run' }),
});
const CheckOutcome = object({
  invariant: Type.String(),
  title: Type.String(),
  checked: Type.Integer(),
  findings: Type.Integer(),
  failed: Type.Boolean(),
  milliseconds: Type.Number(),
  at: Time,
});

/** An audit filter is plain text of one line. */
const Word = Type.String({ minLength: 1, maxLength: 100, pattern: '^[^\\u0000-\\u001f]+$' });

export const admin = {
  status: operation({
    service: 'admin',
    method: 'GET',
    path: '/status',
    summary: 'Whether trading goes on: the halts in force',
    access: 'public',
    description: 'Changes are told on the topics `exchange` and `market`.',
    response: object({ halts: Type.Array(Halt), serverTime: Time }),
  }),
  halt: operation({
    service: 'admin',
    method: 'POST',
    path: '/admin/halt',
    summary: 'Halt trading of everything, or of one set',
    access: 'admin',
    description: 'After the answer nothing that the halt stops commits any more.',
    status: 201,
    body: object({
      setCode: Type.Optional(SetCode),
      withdrawals: Type.Optional(Type.Boolean({ description: 'Stop withdrawals of money and cards, too' })),
      reason: Reason,
    }),
    response: Halt,
    errors: ['already_halted', 'not_found', 'account_frozen'],
  }),
  resume: operation({
    service: 'admin',
    method: 'POST',
    path: '/admin/resume',
    summary: 'Let trading of everything, or of one set, go on',
    access: 'admin',
    description: 'Auctions get the time back that the halt took.',
    body: object({ setCode: Type.Optional(SetCode), reason: Type.Optional(Reason) }),
    response: Halt,
    errors: ['not_halted', 'not_found', 'account_frozen'],
  }),
  halts: operation({
    service: 'admin',
    method: 'GET',
    path: '/admin/halts',
    summary: 'Halts of trading, newest first',
    access: 'moderator',
    query: pageQuery({}),
    response: page(Halt),
  }),
  freeze: operation({
    service: 'admin',
    method: 'POST',
    path: '/admin/freeze',
    summary: 'Freeze an account: nothing moves by it any more',
    access: 'moderator',
    description: 'Moderators freeze collectors, admins everybody but themselves.',
    status: 201,
    body: object({ handle: Handle, reason: Reason }),
    response: Freeze,
    errors: ['already_frozen', 'not_found', 'account_frozen'],
  }),
  unfreeze: operation({
    service: 'admin',
    method: 'POST',
    path: '/admin/unfreeze',
    summary: 'End an account’s freeze',
    access: 'moderator',
    description: 'Moderators unfreeze collectors, admins everybody but themselves.',
    body: object({ handle: Handle, reason: Type.Optional(Reason) }),
    response: AdminUser,
    errors: ['not_frozen', 'not_found', 'account_frozen'],
  }),
  users: operation({
    service: 'admin',
    method: 'GET',
    path: '/admin/users',
    summary: 'People by handle; those that are frozen, the last first',
    access: 'moderator',
    query: pageQuery({
      q: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 254,
          pattern: '^[^\\u0000-\\u001f]+$',
          description: 'The beginning of a handle, or an e-mail in full',
        }),
      ),
      role: Type.Optional(Role),
      frozen: Type.Optional(flag),
    }),
    response: page(AdminUser),
  }),
  user: operation({
    service: 'admin',
    method: 'GET',
    path: '/admin/users/:id',
    summary: 'One person, with every freeze of their account',
    access: 'moderator',
    params: object({ id: Id }),
    response: AdminPerson,
  }),
  audit: operation({
    service: 'admin',
    method: 'GET',
    path: '/admin/audit',
    summary: 'The audit trail, newest first',
    access: 'admin',
    query: pageQuery({
      actor: Type.Optional(Word),
      action: Type.Optional(Word),
      subject: Type.Optional(Word),
    }),
    response: page(AuditEntry),
  }),
  health: operation({
    service: 'admin',
    method: 'GET',
    path: '/admin/health',
    summary: 'Consumers of events, chain transactions and invariants at a glance',
    access: 'admin',
    response: object({
      consumers: Type.Array(Lag),
      chain: object({ pending: Type.Integer(), oldestSeconds: Type.Number() }),
      database: object({
        bytes: Type.Integer(),
        connections: Type.Integer(),
        version: Type.String(),
        milliseconds: Type.Number({ description: 'Time of the simplest query' }),
      }),
      processes: Type.Array(ProcessState),
      jobs: Type.Array(JobState),
      invariants: Type.Array(CheckOutcome),
      findings: Type.Integer(),
      halts: Type.Array(Halt),
      frozen: Type.Integer(),
      serverTime: Time,
    }),
  }),
};
