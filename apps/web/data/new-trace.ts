let last: string | undefined;

/** A call begins a trace (W3C Trace Context). Whether it is recorded is decided by its number, in the exchange. */
export function newTrace(): string {
  const digits = [...crypto.getRandomValues(new Uint8Array(24))].map((byte) =>
    byte.toString(16).padStart(2, '0'),
  );
  last = `00-${digits.slice(8).join('')}-${digits.slice(0, 8).join('')}-00`;
  return last;
}

/** The trace of the call that was made last; a new one where there was none. */
export function lastTrace(): string {
  return last ?? newTrace();
}
