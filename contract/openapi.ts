import { type ErrorCode, errors, statusOf, titleOf } from './errors.ts';
import type { OperationOptions } from './operation.ts';
import { operations } from './operations/index.ts';
import { Problem, type TSchema } from './schema.ts';

/** Codes that any call may answer with. */
const COMMON: ErrorCode[] = [
  'validation_failed',
  'too_many_requests',
  'internal_error',
  'overloaded',
  'unavailable',
];

/**
 * The OpenAPI 3.1 document of the whole API, made from the operations.
 * @param serverUrl where this exchange is reached, without /api/v1
 */
export function openApiDocument(serverUrl: string, version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const [service, calls] of Object.entries(operations)) {
    for (const [name, call] of Object.entries(calls)) {
      const path = call.path.replaceAll(/:(\w+)/g, '{$1}');
      paths[path] ??= {};
      paths[path][call.method.toLowerCase()] = describe(`${service}.${name}`, call);
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'ECE, the Elite Card Exchange',
      version,
      description:
        'Money is a decimal string of USDC. Times are ISO 8601. Lists are cursor pages. ' +
        'Failures are problem details (RFC 9457) with a stable code.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: `${serverUrl}/api/v1` }],
    tags: Object.keys(operations).map((name) => ({ name })),
    paths,
    components: {
      schemas: { Problem: plain(Problem) },
      securitySchemes: {
        accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        session: { type: 'apiKey', in: 'cookie', name: 'ece_session' },
      },
    },
  };
}

function describe(operationId: string, call: OperationOptions): object {
  const notes = [call.description, call.ownership && `Only for ${call.ownership}.`].filter(Boolean).join(' ');
  const status = call.status ?? 200;
  return {
    operationId,
    tags: [call.service],
    summary: call.summary,
    ...(notes && { description: notes }),
    'x-access': call.access,
    security: call.access === 'public' ? [{}, ...signedIn] : signedIn,
    parameters: [
      ...parameters('path', call.params),
      ...parameters('query', call.query),
      ...(call.idempotent ? [idempotencyKey] : []),
    ],
    ...(call.body && {
      requestBody: { required: true, content: { 'application/json': { schema: plain(call.body) } } },
    }),
    responses: {
      [status]: {
        description: 'Success',
        ...(call.response && {
          content: { [call.mediaType ?? 'application/json']: { schema: plain(call.response) } },
        }),
      },
      ...problems(call),
    },
  };
}

const signedIn = [{ accessToken: [] }, { session: [] }];

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description: 'A new random value for each call, the same one when the call is repeated.',
  schema: { type: 'string', minLength: 1, maxLength: 128 },
};

function parameters(place: 'path' | 'query', schema: TSchema | undefined): object[] {
  const { properties = {}, required = [] } = (schema ? plain(schema) : {}) as {
    properties?: Record<string, object>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: property,
  }));
}

function problems(call: OperationOptions): Record<string, object> {
  const codes: ErrorCode[] = [...COMMON, ...(call.errors ?? [])];
  if (call.access !== 'public') codes.push('unauthenticated');
  if (call.access === 'admin' || call.access === 'moderator') codes.push('forbidden');
  if (call.params || call.ownership) codes.push('not_found');
  if (call.ownership) codes.push('forbidden');
  if (call.idempotent) codes.push('idempotency_key_required', 'idempotency_key_reused');
  const byStatus = Map.groupBy(new Set(codes), (code) => statusOf(code));
  return Object.fromEntries(
    [...byStatus].map(([status, list]) => [
      status,
      {
        description: list.map((code) => `${code}: ${titleOf(code)}`).join('. '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}

/** The schema as plain JSON, without the library's hidden marks. */
function plain(schema: TSchema): object {
  return JSON.parse(JSON.stringify(schema)) as object;
}

/** Every error code with its status and title. */
export const errorTable = Object.keys(errors).map((code) => ({
  code,
  status: statusOf(code as ErrorCode),
  title: titleOf(code as ErrorCode),
}));
