import type { ReactNode } from 'react';

type Shape = 'text' | 'title' | 'row' | 'card' | 'panel';

/** Holds the place of what is on its way, in its size. */
export function Skeleton({ shape = 'text' }: { shape?: Shape }) {
  return <span className={`skeleton skeleton-${shape}`} aria-hidden="true" />;
}

/** Places of cards that are on their way. */
export function SkeletonGrid({ count = 12 }: { count?: number }) {
  return (
    <div className="grid" aria-hidden="true">
      {Array.from({ length: count }, (_, index) => (
        <div className="tile" key={String(index)}>
          <Skeleton shape="card" />
          <Skeleton />
          <Skeleton />
        </div>
      ))}
    </div>
  );
}

interface StateProps {
  /** Whether it is all that the page shows, so that its title is the page's. */
  page?: boolean;
  title: ReactNode;
  children?: ReactNode;
  /** What can be done from here. */
  action?: ReactNode;
}

/** There is nothing here yet: says why, and what to do. */
export function EmptyState({ page, title, children, action }: StateProps) {
  const Title = page ? 'h1' : 'h2';
  return (
    <div className="state">
      <span className="state-mark" aria-hidden="true" />
      <Title>{title}</Title>
      {children && <p>{children}</p>}
      {action}
    </div>
  );
}

/** Something could not be shown: says what, and how to go on. */
export function ErrorState({ page, title, children, action }: StateProps) {
  const Title = page ? 'h1' : 'h2';
  return (
    <div className="state" role="alert">
      <Title>{title}</Title>
      {children && <p>{children}</p>}
      {action}
    </div>
  );
}
