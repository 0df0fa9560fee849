/**
 * Content addressed by what it is: a CIDv1 names bytes, so equal bytes have one name everywhere and
 * what a name gives can be checked. Every implementation uses the one profile of `cid.ts`, so a CID
 * stays valid when the content moves from one to another.
 */
export interface ContentStore {
  /**
   * Keeps bytes for good; they are durable when this resolves. Putting the same bytes again writes
   * nothing.
   * @returns their CID and their number.
   */
  put(bytes: Uint8Array): Promise<{ cid: string; size: number }>;

  /**
   * Keeps many contents, which takes a fraction of the time of single ones; all of them are durable when this
   * resolves.
   * @returns their CIDs in the order given
   */
  putMany(contents: readonly Uint8Array[]): Promise<string[]>;

  /**
   * The bytes of a CID, every block checked against its hash. `undefined` for content that is not here,
   * not whole, or not named by a CID of this store's profile (any text is safe to pass).
   */
  get(cid: string): Promise<Uint8Array | undefined>;

  /** Whether the content has been put here; reads no content. */
  has(cid: string): Promise<boolean>;

  /** Whether the content is here and every block of it still matches its hash. */
  verify(cid: string): Promise<boolean>;
}
