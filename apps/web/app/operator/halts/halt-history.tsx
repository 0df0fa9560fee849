'use client';

import type { Ece } from '@ece/sdk/browser';
import { Table } from '@ece/ui/table';
import { ExactTime } from '@ece/ui/time';
import type { Halt } from '../../../data/types.ts';
import { useT } from '../../../i18n/client.tsx';
import { type ListPage, More } from '../../../parts/more.tsx';
import { Until } from '../until.tsx';

const older = (ece: Ece, cursor: string) => ece.admin.halts({ cursor, limit: 20 });

/** Every halt that there was, newest first. */
export function HaltHistory({ first }: { first: ListPage<Halt> }) {
  const t = useT();
  if (first.items.length === 0) return <p className="soft">{t('operator.noHistory')}</p>;
  return (
    <More first={first} load={older}>
      {(halts) => (
        <Table
          caption={t('operator.history')}
          head={[
            { key: 'what', label: t('operator.scope') },
            { key: 'reason', label: t('operator.reason') },
            { key: 'from', label: t('operator.from') },
            { key: 'until', label: t('operator.until') },
          ]}
        >
          {halts.map(({ id, setCode, reason, withdrawals, at, until }) => (
            <tr key={id}>
              <td>
                <strong>{setCode ?? t('operator.scopeAll')}</strong>
              </td>
              <td className="operator-wide">
                {reason}
                {withdrawals && <span className="small soft"> · {t('halted.withdrawals')}</span>}
              </td>
              <td>
                <ExactTime at={at} />
              </td>
              <td>
                <Until at={until} stillOn={t('operator.stillOn')} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </More>
  );
}
