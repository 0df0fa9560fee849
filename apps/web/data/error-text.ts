import type { ErrorCode } from '@ece/sdk/browser';
import type { Translate } from '../i18n/translate.ts';

/** What a refusal means and what to do, in the reader's language. */
export function errorText(t: Translate, { code }: { code: ErrorCode | 'unreachable' }): string {
  return t(`errors.${code}`);
}
