'use client';

import type { Ece } from '@ece/sdk/browser';
import { Field, Select } from '@ece/ui/field';
import { useState } from 'react';
import { useT } from '../../../../i18n/client.tsx';
import { Act } from '../../act.tsx';
import { ROLES } from '../query.ts';

type Role = (typeof ROLES)[number];

const freeze = (ece: Ece, input: { handle: string; reason: string }) => ece.admin.freeze(input);
const unfreeze = (ece: Ece, input: { handle: string; reason?: string }) => ece.admin.unfreeze(input);
const setRole = (ece: Ece, input: { id: string; role: Role }) => ece.auth.setRole(input);

interface ActsProps {
  id: string;
  handle: string;
  role: Role;
  frozen: boolean;
  isAdmin: boolean;
}

/** Freezing, its end, and the role of somebody else. */
export function PersonActs({ id, handle, role, frozen, isAdmin }: ActsProps) {
  return (
    <div className="row">
      {frozen ? <Unfreeze handle={handle} /> : <Freeze handle={handle} />}
      {isAdmin && <ChangeRole key={role} id={id} handle={handle} role={role} />}
    </div>
  );
}

function Freeze({ handle }: { handle: string }) {
  const t = useT();
  const [reason, setReason] = useState('');
  const [error, setError] = useState<string>();
  const input = () => {
    const given = reason.trim();
    setError(given === '' ? t('operator.reasonMissing') : undefined);
    return given === '' ? undefined : { handle, reason: given };
  };
  return (
    <Act
      label={t('operator.freeze')}
      title={t('operator.freezeAsk', { handle })}
      danger
      call={freeze}
      input={input}
      done={t('operator.frozenDone', { handle })}
    >
      {() => (
        <>
          <p>{t('operator.freezeText')}</p>
          <Field
            label={t('operator.reason')}
            hint={t('operator.freezeReasonHint')}
            error={error}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            maxLength={300}
          />
        </>
      )}
    </Act>
  );
}

function Unfreeze({ handle }: { handle: string }) {
  const t = useT();
  const [reason, setReason] = useState('');
  const word = reason.trim();
  return (
    <Act
      label={t('operator.unfreeze')}
      title={t('operator.unfreezeAsk', { handle })}
      call={unfreeze}
      input={() => ({ handle, ...(word !== '' && { reason: word }) })}
      done={t('operator.unfrozenDone', { handle })}
    >
      {() => (
        <>
          <p>{t('operator.unfreezeText')}</p>
          <Field
            label={t('operator.resumeReason')}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            maxLength={300}
          />
        </>
      )}
    </Act>
  );
}

function ChangeRole({ id, handle, role }: { id: string; handle: string; role: Role }) {
  const t = useT();
  const [wanted, setWanted] = useState(role);
  return (
    <Act
      label={t('operator.changeRole')}
      title={t('operator.roleAsk', { handle })}
      call={setRole}
      input={() => ({ id, role: wanted })}
      done={t('operator.roleDone', { handle })}
    >
      {() => (
        <>
          <p>{t('operator.roleText')}</p>
          <Select
            label={t('operator.roleLabel')}
            value={wanted}
            onChange={(event) => setWanted(event.target.value as Role)}
            options={ROLES.map((each) => ({ value: each, label: t(`operator.${each}`) }))}
          />
        </>
      )}
    </Act>
  );
}
