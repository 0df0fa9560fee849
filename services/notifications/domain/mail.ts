import type { Words } from './render.ts';

/** What a mail is made of. */
export interface MailParts extends Words {
  /** Where the exchange is. */
  publicUrl: string;
  unsubscribeUrl: string;
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text made safe to stand in HTML. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** One line: what stands in a header has no control characters. */
function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ').trim();
}

/**
 * The mail of a notification: subject, plain text, HTML, and the headers by which one click unsubscribes from
 * its type (RFC 2369, RFC 8058).
 */
export function composeMail({ title, body, publicUrl, unsubscribeUrl }: MailParts) {
  const text = `${title}\n\n${body}\n\n${publicUrl}\n\n-- \nNo more mails of this kind: ${unsubscribeUrl}\n`;
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>
<body style="margin:0;background:#f4f4f2;color:#16181d;font:16px/1.5 system-ui,sans-serif">
<div style="max-width:34rem;margin:0 auto;padding:2rem 1.25rem">
<div style="background:#fff;border:1px solid #e2e5ea;border-radius:12px;padding:1.5rem">
<h1 style="font-size:1.25rem;line-height:1.3;margin:0 0 .75rem">${escapeHtml(title)}</h1>
<p style="margin:0 0 1.25rem">${escapeHtml(body)}</p>
<a href="${escapeHtml(publicUrl)}" style="display:inline-block;background:#ffb81c;color:#171204;font-weight:600;text-decoration:none;border-radius:8px;padding:.6rem 1rem">Open the exchange</a>
</div>
<p style="color:#5b6270;font-size:.8rem;margin:1rem 0 0">The Elite Card Exchange.
<a href="${escapeHtml(unsubscribeUrl)}" style="color:#5b6270">No more mails of this kind</a></p>
</div></body></html>
`;
  const headers = {
    'List-Unsubscribe': `<${unsubscribeUrl}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    'Auto-Submitted': 'auto-generated',
  };
  return { subject: oneLine(title), text, html, headers };
}
