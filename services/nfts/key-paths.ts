/** The keys of this service, by their paths in the key store. Changing one loses what it holds on chain. */
export const KEYS = {
  /** Pays for every transaction. */
  feePayer: 'fee-payer',
  /** Holds the NFTs that are in the exchange. */
  custody: 'custody',
  /** Mints, lets NFTs into their group, and may correct their metadata. */
  authority: 'nft-authority',
  /** The address of a set's group. */
  group: (setId: string) => `group/${setId}`,
  /** The address of a copy's mint: equal at every attempt, so that the chain takes one of them at the most. */
  mint: (copyId: string) => `mint/${copyId}`,
  /** An account's deposit address, which the wallet service hands out. */
  deposit: (accountId: string) => `deposit/${accountId}`,
} as const;
