const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const DIGITS = new Map([...ALPHABET].map((character, digit) => [character.charCodeAt(0), digit]));
const DIGIT_OF = Int8Array.from({ length: 128 }, (_, code) => DIGITS.get(code) ?? -1);
/** Digits that a float holds exactly: 58^9 < 2^53. So many of them make one step of big numbers. */
const STEP = 9;
const BASE = 58n ** BigInt(STEP);

/** Base58 text of bytes, as Solana writes addresses and signatures. The library's takes five times as long. */
export function toBase58(bytes: Uint8Array): string {
  let zeros = 0;
  while (zeros < bytes.length && bytes[zeros] === 0) zeros++;
  const prefix = '1'.repeat(zeros);
  if (zeros === bytes.length) return prefix;
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
  let rest = BigInt(`0x${hex}`);
  let text = '';
  while (rest !== 0n) {
    const above = rest / BASE;
    let step = Number(rest - above * BASE);
    rest = above;
    for (let i = 0; i < STEP && (step > 0 || rest !== 0n); i++) {
      text = ALPHABET[step % 58]! + text;
      step = Math.floor(step / 58);
    }
  }
  return prefix + text;
}

/** Bytes of a base58 text; undefined where the text is not base58. Any text is safe to pass. */
export function fromBase58(text: string): Uint8Array | undefined {
  let zeros = 0;
  while (zeros < text.length && text[zeros] === '1') zeros++;
  let value = 0n;
  for (let at = zeros; at < text.length; at += STEP) {
    const end = Math.min(at + STEP, text.length);
    let step = 0;
    for (let i = at; i < end; i++) {
      const code = text.charCodeAt(i);
      const digit = code < 128 ? DIGIT_OF[code]! : -1;
      if (digit < 0) return undefined;
      step = step * 58 + digit;
    }
    value = value * (end - at === STEP ? BASE : 58n ** BigInt(end - at)) + BigInt(step);
  }
  if (value === 0n) return new Uint8Array(zeros);
  const hex = value.toString(16);
  const number = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  const bytes = new Uint8Array(zeros + number.length);
  bytes.set(number, zeros);
  return bytes;
}
