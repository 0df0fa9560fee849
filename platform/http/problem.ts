import { type Problem, type Refusal, statusOf, titleOf } from '@ece/contract';
import type { FastifyReply } from 'fastify';

/** The problem document (RFC 9457) of a refusal. */
export function toProblem(refusal: Refusal, instance?: string): Problem {
  return {
    type: `urn:ece:problem:${refusal.code}`,
    title: titleOf(refusal.code),
    status: statusOf(refusal.code),
    code: refusal.code,
    ...(refusal.detail && { detail: refusal.detail }),
    ...(instance && { instance: `urn:uuid:${instance}` }),
    ...(refusal.data && { data: refusal.data }),
  };
}

/** Answers with a problem document. */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply
    .code(problem.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problem);
}
