const ADDRESS = /^[1-9A-HJ-NP-Za-km-z]{32,44}$/;

/** Whether a text looks like a Solana address; the exchange has the last word. */
export function isAddress(text: string): boolean {
  return ADDRESS.test(text);
}
