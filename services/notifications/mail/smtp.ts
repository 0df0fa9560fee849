import { createTransport } from 'nodemailer';
import type { Mail, MailTransport, Sent } from './transport.ts';

export interface SmtpOptions {
  /** smtp://user:password@host:port, or smtps:// for TLS from the first byte. */
  url: string;
  /** The sender: an address, or `Name <address>`. */
  from: string;
  /** The host that message ids end with. */
  host: string;
  /** Whose certificates are trusted, where those of Node are not meant. */
  ca?: string;
  /** Lets smtp:// to this machine go without TLS; for development. */
  plainLoopback?: boolean;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Sends by SMTP. The connection is encrypted and the server's certificate verified, by STARTTLS or from the
 * first byte; a server that offers neither gets no mail.
 */
export function createSmtp(options: SmtpOptions): MailTransport {
  const { protocol, hostname, port, username, password } = new URL(options.url);
  const secure = protocol === 'smtps:';
  const plain = !secure && options.plainLoopback === true && LOOPBACK.has(hostname);
  const transport = createTransport({
    pool: true,
    maxConnections: 3,
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || (secure ? 465 : 587)),
    secure,
    requireTLS: !secure && !plain,
    ignoreTLS: plain,
    ...(username && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    tls: { minVersion: 'TLSv1.2', rejectUnauthorized: true, ...(options.ca && { ca: options.ca }) },
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const sendOne = async ({ id, to, subject, text, html, headers }: Mail): Promise<Sent> => {
    try {
      await transport.sendMail({
        ...{ from: options.from, subject, text, html, headers },
        // An object is taken as it is: what an address contains never becomes further recipients.
        to: { name: '', address: to },
        messageId: `<${id}@${options.host}>`,
      });
      return { ok: true };
    } catch (error) {
      const { code, responseCode } = error as { code?: string; responseCode?: number };
      // A server that refuses us, rather than the mail, may be set right.
      const permanent = code !== 'EAUTH' && responseCode !== undefined && responseCode >= 500;
      return { ok: false, permanent, code: responseCode ? `smtp_${responseCode}` : (code ?? 'unknown') };
    }
  };
  return {
    send: (mails) => Promise.all(mails.map(sendOne)),
    close: () => transport.close(),
  };
}
