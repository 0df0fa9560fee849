import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';

const compress = promisify(brotliCompress);

/** Near the best size of an artwork, in a few milliseconds. */
const QUALITY = 5;

/** Texts below this many bytes gain nothing. */
const LEAST = 1024;

/** Whether a client takes brotli (RFC 9110, 12.5.3). */
export function takesBrotli(header: string | undefined): boolean {
  return (header ?? '').split(',').some((part) => /^\s*br\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(part));
}

/** Whether content of a media type and size is worth compressing: pictures of pixels are compressed already. */
export function isCompressible(mediaType: string, size: number): boolean {
  return size >= LEAST && /^(image\/svg\+xml|application\/json|text\/)/.test(mediaType);
}

/** Compressed content by name, the least recently used forgotten first. */
export class CompressedContent {
  readonly #most: number;
  readonly #entries = new Map<string, Promise<Buffer>>();
  readonly #sizes = new Map<string, number>();
  #total = 0;

  /** @param most bytes that are kept */
  constructor(most: number) {
    this.#most = most;
  }

  /** The bytes, compressed by brotli; made once for all who ask meanwhile. */
  async get(name: string, bytes: Uint8Array): Promise<Buffer> {
    const known = this.#entries.get(name);
    if (known) {
      this.#entries.delete(name);
      this.#entries.set(name, known);
      return await known;
    }
    const made = compress(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY } });
    this.#entries.set(name, made);
    try {
      const { length } = await made;
      this.#sizes.set(name, length);
      this.#total += length;
      this.#shrink();
      return await made;
    } catch (error) {
      this.#entries.delete(name);
      throw error;
    }
  }

  #shrink(): void {
    for (const name of this.#entries.keys()) {
      if (this.#total <= this.#most) return;
      const size = this.#sizes.get(name);
      // One that is being made has no size yet.
      if (size === undefined) continue;
      this.#entries.delete(name);
      this.#sizes.delete(name);
      this.#total -= size;
    }
  }
}
