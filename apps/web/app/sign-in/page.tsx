import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import type { PageProps } from '../../data/page.ts';
import { viewer } from '../../data/server.ts';
import { getT } from '../../i18n/server.ts';
import { Words } from '../../i18n/words.tsx';
import { safeReturn } from './return-path.ts';
import { SignInForm } from './sign-in-form.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getT())('auth.signInTitle') };
}

/** Signing in; `next` is where somebody came from. */
export default async function SignInPage({ searchParams }: PageProps) {
  const next = safeReturn(await searchParams);
  if (await viewer()) redirect(next);
  return (
    <Words of={['auth']}>
      <SignInForm next={next} />
    </Words>
  );
}
