/** A mail to one person. */
export interface Mail {
  /** The same each time that it is tried. */
  id: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  headers: Record<string, string>;
}

/** What became of a try: a code says why it failed, and whether another try is of any use. */
export type Sent = { ok: true } | { ok: false; permanent: boolean; code: string };

/** Takes mails on their way. */
export interface MailTransport {
  /** Sends mails; gives what became of each, in their order. */
  send(mails: Mail[]): Promise<Sent[]>;
  close(): void;
}
