import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import type { PageProps } from '../../data/page.ts';
import { viewer } from '../../data/server.ts';
import { getT } from '../../i18n/server.ts';
import { Words } from '../../i18n/words.tsx';
import { safeReturn } from '../sign-in/return-path.ts';
import { RegisterForm } from './register-form.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getT())('auth.registerTitle') };
}

/** Making an account. */
export default async function RegisterPage({ searchParams }: PageProps) {
  const next = safeReturn(await searchParams);
  if (await viewer()) redirect(next);
  return (
    <Words of={['auth']}>
      <RegisterForm next={next} />
    </Words>
  );
}
