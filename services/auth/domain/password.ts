/** Code points that a password has at the least, as the contract says; counted again after normalising. */
export const MINIMUM_LENGTH = 10;

/** Fewer different characters than this are a pattern, not a password. */
const MINIMUM_VARIETY = 4;

/**
 * The form in which passwords are hashed and compared: NFKC, so that the same characters typed on another
 * keyboard or system give the same bytes (NIST SP 800-63B, 5.1.1.2).
 */
export function normalisePassword(password: string): string {
  return password.normalize('NFKC');
}

/** What everybody tries first, of those that are long enough. */
const COMMON = new Set(
  `1234567890 12345678910 0123456789 0987654321 1q2w3e4r5t 1qaz2wsx3edc q1w2e3r4t5 qwertyuiop qwerty1234
  qwerty12345 qwerty123456 qwertyuiop123 asdfghjkl1 asdfghjkl123 zxcvbnm123 password1 password12 password123
  password1234 password12345 password123456 passw0rd123 p@ssw0rd123 p@ssword123 iloveyou123 iloveyou12
  welcome123 welcome1234 letmein123 letmein1234 administrator changeme123 changeme1234 football123
  baseball123 superman123 princess123 sunshine123 monkey12345 dragon12345 abcdefghij abcd123456 abc1234567
  abcdefg123 123456789a a123456789 aa12345678 1234567890a qazwsxedcr trustno1234 starwars123 pokemon1234
  elitecards elitecard123 elitecardexchange`.split(/\s+/),
);

/**
 * Why a password is refused, in words for its owner; undefined for a good one. Length, nothing that everybody
 * knows or that stands in the account itself; no rule about kinds of characters (NIST SP 800-63B, 5.1.1.2).
 * @param password normalised
 * @param known what else is public about the account: e-mail, handle
 */
export function passwordIssue(
  password: string,
  known: { email: string; handle?: string },
): string | undefined {
  const characters = [...password];
  if (characters.length < MINIMUM_LENGTH) return `Choose a password of ${MINIMUM_LENGTH} characters or more.`;
  const lower = password.toLowerCase();
  if (new Set(characters).size < MINIMUM_VARIETY)
    return 'Choose a password that is not one pattern repeated.';
  if (COMMON.has(lower)) return 'This password is on every list of common ones. Choose another.';
  const email = known.email.toLowerCase();
  if ([email, email.split('@')[0], known.handle].includes(lower)) {
    return 'Choose a password that is not your e-mail address or handle.';
  }
  return undefined;
}
