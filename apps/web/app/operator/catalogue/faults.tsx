'use client';

import { Table } from '@ece/ui/table';
import { useT } from '../../../i18n/client.tsx';

/** What is wrong with a line of the file; line 1 is its header. */
export interface Fault {
  line: number;
  message: string;
}

const MOST = 200;

/** Every bad row by its line, before anything is imported. */
export function Faults({ faults }: { faults: Fault[] }) {
  const t = useT();
  const rest = faults.length - MOST;
  return (
    <section className="stack" role="alert">
      <div className="stack-s">
        <h2>{t('operator.faults', { count: faults.length })}</h2>
        <p className="soft">{t('operator.faultsText')}</p>
      </div>
      <Table
        caption={t('operator.fault')}
        head={[
          { key: 'line', label: t('operator.line'), end: true },
          { key: 'fault', label: t('operator.fault') },
        ]}
      >
        {faults.slice(0, MOST).map(({ line, message }, index) => (
          <tr key={String(index)}>
            <td className="end number">{line}</td>
            <td className="operator-wide" lang="en">
              {message}
            </td>
          </tr>
        ))}
      </Table>
      {rest > 0 && <p className="soft">{t('operator.moreFaults', { count: rest })}</p>}
    </section>
  );
}
