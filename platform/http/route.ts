import { hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import {
  type Answer,
  type Body,
  mayBeOld,
  type Operation,
  type OperationOptions,
  type Params,
  type Query,
  type Result,
} from '@ece/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CallKey } from '../db/idempotency.ts';
import { ordered } from '../json/ordered.ts';
import { allowLag } from '../telemetry/call-context.ts';
import { answerSchema } from './answer-schema.ts';
import { hasRole, type Principal } from './principal.ts';
import { sendProblem, toProblem } from './problem.ts';

/** The base path of the API. */
export const API = '/api/v1';

/** What a handler gets: the checked parts of the request, and who makes it. */
export interface Call<O extends OperationOptions> {
  params: Params<O>;
  query: Query<O>;
  body: Body<O>;
  /** Always there unless the operation is public. */
  principal: O['access'] extends 'public' ? Principal | undefined : Principal;
  /** The caller's Idempotency-Key; there for every operation that declares itself idempotent. */
  key: O extends { idempotent: true } ? CallKey : undefined;
  request: FastifyRequest;
  reply: FastifyReply;
}

/** What a handler answers with; where that is not JSON, a stream may be it. */
type Sent<O extends OperationOptions> = O extends { mediaType: string } ? string | Readable : Answer<O>;

export type Handler<O extends OperationOptions> = (call: Call<O>) => Promise<Result<Sent<O>>>;

const KEY_PATTERN = /^[\x21-\x7e]{1,128}$/;

/**
 * Registers the route of an operation: its schemas, its access rule and its answer all come from the
 * contract. The handler's refusals become problem answers.
 */
export function route<const O extends OperationOptions>(
  app: FastifyInstance,
  operation: Operation<O>,
  handler: Handler<O>,
): void {
  const status = operation.status ?? 200;
  app.route({
    method: operation.method,
    url: `${API}${operation.path}`,
    ...(operation.bodyLimit && { bodyLimit: operation.bodyLimit }),
    schema: {
      ...(operation.params && { params: operation.params }),
      ...(operation.query && { querystring: operation.query }),
      ...(operation.body && { body: operation.body }),
      ...(operation.response &&
        !operation.mediaType && { response: { [status]: answerSchema(operation.response) } }),
    },
    onRequest: (request, reply, done) => {
      const refusal = accessRefusal(operation, request);
      if (refusal) sendProblem(reply, toProblem(refusal, request.id));
      else done();
    },
    handler: async (request, reply) => {
      const call = {
        params: request.params,
        query: request.query,
        body: request.body,
        principal: request.principal,
        key: operation.idempotent ? callKey(operation, request) : undefined,
        request,
        reply,
      } as unknown as Call<O>;
      // What a person has just written they must see; who is not signed in has written nothing here.
      const lags = mayBeOld(operation) && !request.principal;
      const result = await (lags ? allowLag(() => handler(call)) : handler(call));
      if (!result.ok) return sendProblem(reply, toProblem(result.error, request.id));
      reply.code(status);
      if (operation.mediaType) reply.type(`${operation.mediaType}; charset=utf-8`);
      return status === 204 ? reply.send() : reply.send(result.value);
    },
  });
}

function accessRefusal(operation: OperationOptions, request: FastifyRequest) {
  if (operation.access !== 'public') {
    if (!request.principal) return { code: 'unauthenticated' } as const;
    if (operation.access !== 'user' && !hasRole(request.principal, operation.access)) {
      return { code: 'forbidden' } as const;
    }
  }
  if (operation.idempotent && !KEY_PATTERN.test(String(request.headers['idempotency-key'] ?? ''))) {
    return {
      code: 'idempotency_key_required',
      detail:
        'Send a new random value, 128 printable characters at the most, and the same one when you repeat the call.',
    } as const;
  }
  return undefined;
}

function callKey(operation: OperationOptions, request: FastifyRequest): CallKey {
  const name = `${operation.method} ${operation.path}`;
  const input = JSON.stringify(ordered([name, request.params, request.body ?? null]));
  return {
    accountId: request.principal!.accountId,
    key: String(request.headers['idempotency-key']),
    operation: name,
    hash: hash('sha256', input),
  };
}
