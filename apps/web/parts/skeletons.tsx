import { Skeleton, SkeletonGrid } from '@ece/ui/states';
import type { ReactNode } from 'react';
import { getT } from '../i18n/server.ts';

/** The frame of a screen that is on its way: it is said once, and its parts are drawn in their places. */
export async function LoadingScreen({ title = true, children }: { title?: boolean; children: ReactNode }) {
  const t = await getT();
  return (
    <div className="wrap loading" role="status">
      <span className="hidden-text">{t('states.loading')}</span>
      {title && (
        <div className="page-head stack-s" aria-hidden="true">
          <Skeleton shape="title" />
          <Skeleton />
        </div>
      )}
      {children}
    </div>
  );
}

/** A head and a grid of cards. */
export function LoadingGrid({ count = 12 }: { count?: number }) {
  return (
    <LoadingScreen>
      <SkeletonGrid count={count} />
    </LoadingScreen>
  );
}

/** A head and rows below each other, as of a list or a table. */
export function LoadingRows({ count = 6 }: { count?: number }) {
  return (
    <LoadingScreen>
      <div className="stack" aria-hidden="true">
        {Array.from({ length: count }, (_, index) => (
          <Skeleton key={String(index)} shape="row" />
        ))}
      </div>
    </LoadingScreen>
  );
}

/** One card, large, and what is said of it beside it. */
export function LoadingDetail() {
  return (
    <LoadingScreen title={false}>
      <div className="detail" aria-hidden="true">
        <div className="detail-stage">
          <div className="stage">
            <div className="stage-card">
              <Skeleton shape="card" />
            </div>
          </div>
        </div>
        <div className="stack">
          <Skeleton />
          <Skeleton shape="title" />
          <Skeleton />
          <Skeleton shape="panel" />
          <Skeleton shape="panel" />
        </div>
      </div>
    </LoadingScreen>
  );
}

/** A head and panels below each other, as of a form or figures. */
export function LoadingPanels({ count = 3 }: { count?: number }) {
  return (
    <LoadingScreen>
      <div className="stack" aria-hidden="true">
        {Array.from({ length: count }, (_, index) => (
          <Skeleton key={String(index)} shape="panel" />
        ))}
      </div>
    </LoadingScreen>
  );
}
