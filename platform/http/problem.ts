import { type Problem, type Refusal, statusOf, titleOf } from '@ece/contract';
import type { FastifyReply } from 'fastify';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The problem document (RFC 9457) of a refusal.
 * @param requestId names the occurrence
 */
export function toProblem(refusal: Refusal, requestId?: string): Problem {
  return {
    type: `urn:ece:problem:${refusal.code}`,
    title: titleOf(refusal.code),
    status: statusOf(refusal.code),
    code: refusal.code,
    ...(refusal.detail && { detail: refusal.detail }),
    ...(requestId && { instance: `urn:${UUID.test(requestId) ? 'uuid' : 'ece:request'}:${requestId}` }),
    ...(refusal.data && { data: refusal.data }),
  };
}

/** Seconds after which what was not available may be there again, where nobody knows better. */
const RETRY_AFTER = 2;

/** Answers with a problem document; 503 says when another try is worth it. */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.status === 503 && !reply.hasHeader('retry-after')) reply.header('retry-after', RETRY_AFTER);
  return reply
    .code(problem.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problem);
}
