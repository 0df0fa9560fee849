import { svgProblem } from './svg.ts';

/** The media types that artwork may have. */
export type ImageType = 'image/png' | 'image/jpeg' | 'image/webp' | 'image/svg+xml';

/** The outcome of looking at an image: its type, or plain words for why it is refused. */
export type ImageCheck = { ok: true; mediaType: ImageType } | { ok: false; reason: string };

const MAX_SVG_BYTES = 1024 * 1024;
const MAX_PIXELS_A_SIDE = 8192;

function startsWith(bytes: Uint8Array, ...start: number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}

function ascii(bytes: Uint8Array, from: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(from, from + length));
}

function looksLikeText(bytes: Uint8Array): boolean {
  return startsWith(bytes, 0x3c) || startsWith(bytes, 0xef, 0xbb, 0xbf) || /^\s*</.test(ascii(bytes, 0, 64));
}

/** The type of an image by its first bytes; undefined for anything else. Says nothing about its safety. */
export function sniffImage(bytes: Uint8Array): ImageType | undefined {
  if (startsWith(bytes, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png';
  if (startsWith(bytes, 0xff, 0xd8, 0xff)) return 'image/jpeg';
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 4) === 'WEBP') return 'image/webp';
  return looksLikeText(bytes) ? 'image/svg+xml' : undefined;
}

/** The media type that content is served with, by its first bytes. */
export function sniffContent(bytes: Uint8Array): string {
  const image = sniffImage(bytes);
  if (image) return image;
  return startsWith(bytes, 0x7b) ? 'application/json' : 'application/octet-stream';
}

function refused(reason: string): ImageCheck {
  return { ok: false, reason };
}

function pngProblem(bytes: Uint8Array): string | undefined {
  if (bytes.length < 45 || ascii(bytes, 12, 4) !== 'IHDR') return 'The PNG image has no header.';
  if (ascii(bytes, bytes.length - 8, 4) !== 'IEND') return 'The PNG image is cut short.';
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const sides = [view.getUint32(16), view.getUint32(20)];
  if (sides.some((side) => side < 1 || side > MAX_PIXELS_A_SIDE)) {
    return `The PNG image has a side of more than ${MAX_PIXELS_A_SIDE} pixels, or of none.`;
  }
  return undefined;
}

/**
 * Decides by content whether bytes are artwork that the exchange shows: a PNG, JPEG or WebP image, or an SVG
 * image made of nothing but drawing (see `svgProblem`).
 */
export function checkImage(bytes: Uint8Array): ImageCheck {
  const mediaType = sniffImage(bytes);
  if (mediaType === undefined) return refused('The content is none of PNG, JPEG, WebP and SVG.');
  if (mediaType === 'image/png') {
    const problem = pngProblem(bytes);
    return problem ? refused(problem) : { ok: true, mediaType };
  }
  if (mediaType !== 'image/svg+xml') return { ok: true, mediaType };
  if (bytes.length > MAX_SVG_BYTES) return refused('The SVG image is larger than 1 MiB.');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return refused('The SVG image is not UTF-8 text.');
  }
  const problem = svgProblem(text);
  return problem ? refused(problem) : { ok: true, mediaType };
}
