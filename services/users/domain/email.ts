/**
 * The form in which e-mail addresses are stored and compared: without case, without surrounding blanks,
 * letters with their accents composed. Mailboxes that differ only by case do not exist in practice, while
 * people who type a capital letter do.
 */
export function normaliseEmail(email: string): string {
  return email.trim().toLowerCase().normalize('NFC');
}
