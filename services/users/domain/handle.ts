/** Handles that would pass for the exchange itself or for a word of its addresses. Compared without underscores. */
const RESERVED = new Set(
  `about account accounts admin administrator admins anonymous api app auction auctions auth billing bot bots
  card cards contact copies docs ece eceadmin ecesupport ecesystem ecestaff ecebot ecemod ecesecurity ececards
  elitecardexchange everyone exchange feedback fees guest health help home info legal list listings login
  logout mail market me media metrics mod moderation moderator moderators mods news nobody none null offers
  official operator operators owner portfolio postmaster press privacy public realtime register root search
  security service settings signin signup staff static status superuser support sysadmin system team terms test trade trades
  trust undefined unknown user users vault verified verify wallet webmaster www you`.split(/\s+/),
);

const MINIMUM = 3;
/** Leaves room in 30 characters for an underscore and a suffix. */
const BASE_MAXIMUM = 24;
const SUFFIX = 5;
const FALLBACK = 'collector';

/** True for handles that only the exchange's own staff may have. */
export function isReserved(handle: string): boolean {
  return RESERVED.has(handle.replaceAll('_', ''));
}

/**
 * A handle made from the local part of an e-mail address: its tag (`+…`) left out, accents taken off,
 * everything else but letters and digits an underscore. Where nothing usable is left it is `collector`.
 */
export function deriveHandle(email: string): string {
  const local = email.split('@')[0]!.split('+')[0]!;
  const base = local
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .slice(0, BASE_MAXIMUM)
    .replace(/^_+|_+$/g, '');
  return base.length < MINIMUM || isReserved(base) ? FALLBACK : base;
}

/**
 * Handles to try in turn for an e-mail address: the derived one, then numbered ones, then some that end in
 * pieces of `id`, the new account's, whose last digits are random.
 */
export function handleCandidates(email: string, id: string): string[] {
  const base = deriveHandle(email);
  const digits = id.replaceAll('-', '').toLowerCase();
  const numbered = [2, 3, 4, 5, 6, 7, 8, 9].map(String);
  const random = [1, 2, 3].map((n) => digits.slice(-n * SUFFIX, digits.length - (n - 1) * SUFFIX));
  return [base, ...[...numbered, ...random].map((suffix) => `${base}_${suffix}`)];
}
