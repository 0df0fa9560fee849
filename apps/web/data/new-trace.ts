/** A call begins a trace (W3C Trace Context). Whether it is recorded is decided by its number, in the exchange. */
export function newTrace(): string {
  const digits = [...crypto.getRandomValues(new Uint8Array(24))].map((byte) =>
    byte.toString(16).padStart(2, '0'),
  );
  return `00-${digits.slice(8).join('')}-${digits.slice(0, 8).join('')}-00`;
}
