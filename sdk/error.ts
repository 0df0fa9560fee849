import type { ErrorCode, Problem } from '@ece/contract';

/** A refusal of the API. Act on `code`; show `message` to people. */
export class EceError extends Error {
  readonly code: ErrorCode | 'unreachable';
  readonly status: number;
  readonly problem: Problem | undefined;

  constructor(status: number, problem: Problem | undefined, message?: string) {
    super(message ?? problem?.detail ?? problem?.title ?? `The exchange answered ${status}.`);
    this.name = 'EceError';
    this.status = status;
    this.problem = problem;
    this.code = (problem?.code as ErrorCode | undefined) ?? 'unreachable';
  }
}
