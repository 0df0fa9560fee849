import type { ReactNode } from 'react';

/** One figure at a glance. */
export function HealthTile({
  label,
  figure,
  children,
  bad,
}: {
  label: string;
  figure: ReactNode;
  children: ReactNode;
  bad?: boolean;
}) {
  return (
    <div className={bad ? 'health-tile health-bad' : 'health-tile'}>
      <dt className="small soft">{label}</dt>
      <dd>
        <strong className="health-figure number">{figure}</strong>
        <span className="small soft">{children}</span>
      </dd>
    </div>
  );
}
