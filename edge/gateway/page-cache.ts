import { createHash } from 'node:crypto';

/** An answer as it goes out, kept as bytes. */
export interface Page {
  body: Buffer;
  /** A strong validator (RFC 9110, 8.8.3): equal bytes have equal ones. */
  etag: string;
  /** What it goes out with, names and values in turn; the second one where the other side has the bytes. */
  headers: string[];
  headersOfKnown: string[];
}

export interface PageCacheOptions {
  /** Milliseconds after which a page is made anew, whatever has happened. */
  maxAgeMs: number;
  /** Bounds of what is kept; the page that was kept longest goes first. */
  maxPages: number;
  maxBytes: number;
  /** Milliseconds of a clock that never goes back. */
  now(): number;
}

/** Kept by nobody without asking whether it still stands; an answer to one who is signed in is another one. */
export const CACHE_HEADERS = { 'cache-control': 'no-cache', vary: 'authorization, cookie' };

/** Makes the page of an answer. */
export function toPage(body: Buffer, type: string): Page {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
  const headers = { ...CACHE_HEADERS, etag, 'x-content-type-options': 'nosniff' };
  const headersOfKnown = Object.entries(headers).flat();
  const described = { 'content-type': type, 'content-length': `${body.length}` };
  return { body, etag, headersOfKnown, headers: [...headersOfKnown, ...Object.entries(described).flat()] };
}

/**
 * Answers by their addresses, for a moment. Something that has happened empties all of it: telling which pages
 * show it would cost more than to make them anew. An answer that was being made at that time is not kept, since
 * it may be older.
 */
export class PageCache {
  readonly #options: PageCacheOptions;
  readonly #pages = new Map<string, { page: Page; until: number }>();
  #bytes = 0;
  #generation = 0;

  constructor(options: PageCacheOptions) {
    this.#options = options;
  }

  /** Changes whenever something has happened; what `keep` needs to know of when an answer was begun. */
  get generation(): number {
    return this.#generation;
  }

  /** Pages that are kept, and their bytes. */
  get size(): { pages: number; bytes: number } {
    return { pages: this.#pages.size, bytes: this.#bytes };
  }

  get(address: string): Page | undefined {
    const kept = this.#pages.get(address);
    if (!kept) return undefined;
    if (this.#options.now() < kept.until) return kept.page;
    this.#drop(address);
    return undefined;
  }

  /**
   * Keeps a page that was begun at a generation, unless something has happened since.
   * @param ageMs for how long, where it has been kept elsewhere already
   */
  keep(address: string, page: Page, begun: number, ageMs = this.#options.maxAgeMs): void {
    const { maxPages, maxBytes, now } = this.#options;
    if (begun !== this.#generation || page.body.length > maxBytes) return;
    this.#drop(address);
    this.#pages.set(address, { page, until: now() + ageMs });
    this.#bytes += page.body.length;
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= maxPages && this.#bytes <= maxBytes) break;
      this.#drop(oldest);
    }
  }

  /** Something has happened. */
  clear(): void {
    this.#generation++;
    this.#pages.clear();
    this.#bytes = 0;
  }

  #drop(address: string): void {
    const kept = this.#pages.get(address);
    if (!kept) return;
    this.#pages.delete(address);
    this.#bytes -= kept.page.body.length;
  }
}
