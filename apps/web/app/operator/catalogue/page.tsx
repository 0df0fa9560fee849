import { buttonClass } from '@ece/ui/button-class';
import Link from 'next/link';
import { getT } from '../../../i18n/server.ts';
import { Words } from '../../../i18n/words.tsx';
import { staff } from '../staff.ts';
import { ImportForm } from './import-form.tsx';

/** Brings a catalogue in: files, check, preview, import. */
export default async function CataloguePage() {
  await staff('/operator/catalogue');
  const t = await getT();
  return (
    <Words of={['operator']}>
      <div className="spread">
        <div className="stack-s">
          <h1>{t('operator.importTitle')}</h1>
          <p className="soft">{t('operator.importText')}</p>
        </div>
        <Link className={buttonClass({ size: 'small' })} href="/operator/minting" prefetch={false}>
          {t('operator.toMinting')}
        </Link>
      </div>
      <ImportForm />
    </Words>
  );
}
