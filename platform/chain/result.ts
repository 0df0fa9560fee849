/** What a function gives that may fail for an expected reason. Bugs and an unreachable node are thrown. */
export type Result<T, E> = { ok: true; value: T } | { ok: false; error: E };

/** Wraps a value as success. */
export function ok<T>(value: T): { ok: true; value: T } {
  return { ok: true, value };
}

/** Makes an expected failure: a stable code and words for people, free of secrets and of node addresses. */
export function fail<C extends string>(
  code: C,
  detail: string,
): { ok: false; error: { code: C; detail: string } } {
  return { ok: false, error: { code, detail } };
}
