import { headers } from 'next/headers';

/**
 * React shows what comes behind the first part of a page no sooner than 300 ms after that part, so that many parts do
 * not flicker into their places one by one. A page here has one such part, its content, and it is there long before.
 * React measures the time from `$RT`, which it sets in the page; without it, content is shown in the next frame.
 */
const SCRIPT = "Object.defineProperty(window,'$RT',{get(){},set(){}})";

/** Shows the content of a page as soon as it is there. */
export async function ShowAtOnce() {
  const policy = (await headers()).get('content-security-policy') ?? '';
  const nonce = /'nonce-([^']+)'/.exec(policy)?.[1];
  return <script nonce={nonce} dangerouslySetInnerHTML={{ __html: SCRIPT }} />;
}
