'use client';

import type { EceError } from '@ece/sdk/browser';
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';

/**
 * Renders the page anew after a refusal, which may be due to something that the page does not show yet. Where no
 * answer came the page stays as it is: it could not be loaded either.
 */
export function useRefreshAfter(refusal: EceError | undefined): void {
  const router = useRouter();
  useEffect(() => {
    if (refusal && refusal.status > 0 && refusal.status < 500) router.refresh();
  }, [refusal, router]);
}
