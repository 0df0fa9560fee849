'use client';

import { EceError } from '@ece/sdk/browser';
import { Notice } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { buttonClass } from '@ece/ui/button-class';
import Link from 'next/link';
import { type DragEvent, type FormEvent, useId, useState } from 'react';
import { browserApi } from '../../../data/browser.ts';
import { errorText } from '../../../data/error-text.ts';
import type { CatalogueCheck } from '../../../data/types.ts';
import { useT } from '../../../i18n/client.tsx';
import { type Fault, Faults } from './faults.tsx';
import { Preview } from './preview.tsx';
import { storeImages } from './upload.ts';

type Step =
  | { name: 'files' }
  | { name: 'checking' }
  | { name: 'faults'; faults: Fault[] }
  | { name: 'preview'; check: CatalogueCheck }
  | { name: 'storing'; check: CatalogueCheck; done: number; all: number }
  | { name: 'importing'; check: CatalogueCheck }
  | { name: 'imported'; cards: number };

const ARTWORK = /\.(svg|png|jpe?g|webp)$/i;

/**
 * Imports a catalogue in steps: the files are checked by name and row before anything is stored, then what would
 * come is shown, then the images and at last all rows go in, or none.
 */
export function ImportForm() {
  const t = useT();
  const [csv, setCsv] = useState<File>();
  const [images, setImages] = useState<File[]>([]);
  const [step, setStep] = useState<Step>({ name: 'files' });
  const [error, setError] = useState<string>();

  /** Makes a step that asks the exchange; what goes wrong is said, by rows where they are at fault. */
  const attempt = async (work: () => Promise<Step>, back: Step) => {
    setError(undefined);
    try {
      setStep(await work());
    } catch (refusal) {
      if (!(refusal instanceof EceError)) throw refusal;
      const faults = (refusal.problem?.data as { issues?: Fault[] } | undefined)?.issues;
      if (faults) return setStep({ name: 'faults', faults });
      setError(errorText(t, refusal));
      setStep(back);
    }
  };
  const take = (files: Iterable<File>) => {
    for (const file of files) {
      if (/\.csv$/i.test(file.name)) setCsv(file);
      if (ARTWORK.test(file.name))
        setImages((all) => [...all.filter(({ name }) => name !== file.name), file]);
    }
    setStep({ name: 'files' });
  };
  const check = (event: FormEvent) => {
    event.preventDefault();
    if (!csv) return;
    setStep({ name: 'checking' });
    void attempt(
      async () => {
        const body = {
          csv: await csv.text(),
          artwork: {},
          dryRun: true,
          awaited: images.map(({ name }) => name),
        };
        return { name: 'preview', check: await browserApi().nfts.importCards(body) };
      },
      { name: 'files' },
    );
  };
  const importAll = (checked: CatalogueCheck) =>
    attempt(
      async () => {
        const wanted = new Set(checked.preview?.artwork);
        const files = images.filter(({ name }) => wanted.has(name));
        const storing = (done: number) =>
          setStep({ name: 'storing', check: checked, done, all: files.length });
        storing(0);
        const stored = await storeImages(browserApi(), files, storing);
        if ('refused' in stored) {
          const { name, error: why } = stored.refused;
          setError(t('operator.imageFailed', { name, why: errorText(t, why) }));
          return { name: 'preview', check: checked };
        }
        setStep({ name: 'importing', check: checked });
        const { cards } = await browserApi().nfts.importCards({
          csv: await csv!.text(),
          artwork: stored.artwork,
        });
        return { name: 'imported', cards };
      },
      { name: 'preview', check: checked },
    );
  const startAgain = () => {
    setCsv(undefined);
    setImages([]);
    setStep({ name: 'files' });
  };
  if (step.name === 'imported') {
    return (
      <section className="panel stack operator-narrow" role="status">
        <h2>{t('operator.imported')}</h2>
        <p>{t('operator.importedText', { count: step.cards })}</p>
        <div className="row">
          <Link className={buttonClass({ variant: 'primary' })} href="/operator/minting">
            {t('operator.toMinting')}
          </Link>
          <Button onClick={startAgain}>{t('operator.again')}</Button>
        </div>
      </section>
    );
  }
  const isBusy = step.name === 'checking' || step.name === 'storing' || step.name === 'importing';
  return (
    <div className="stack">
      <FileForm csv={csv} images={images} busy={isBusy} onFiles={take} onCheck={check} />
      {error && (
        <div role="alert">
          <Notice tone="bad">{error}</Notice>
        </div>
      )}
      <div role="status">
        {step.name === 'checking' && <p>{t('operator.checking')}</p>}
        {step.name === 'importing' && <p>{t('operator.importing')}</p>}
      </div>
      {step.name === 'storing' && <Storing done={step.done} all={step.all} />}
      {step.name === 'faults' && <Faults faults={step.faults} />}
      {'check' in step && (
        <Preview check={step.check} busy={isBusy} onImport={() => void importAll(step.check)} />
      )}
    </div>
  );
}

function Storing({ done, all }: { done: number; all: number }) {
  const t = useT();
  const id = useId();
  return (
    <div className="stack-s">
      <label htmlFor={id}>{t('operator.storing', { done, all })}</label>
      <progress id={id} className="progress" value={done} max={Math.max(all, 1)} />
    </div>
  );
}

interface FileFormProps {
  csv: File | undefined;
  images: File[];
  busy: boolean;
  onFiles(files: Iterable<File>): void;
  onCheck(event: FormEvent): void;
}

/** Takes the files, dropped or chosen. */
function FileForm({ csv, images, busy, onFiles, onCheck }: FileFormProps) {
  const t = useT();
  const id = useId();
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (!busy) onFiles(event.dataTransfer.files);
  };
  return (
    <form
      className="drop"
      data-over={over || undefined}
      onSubmit={onCheck}
      onDrop={drop}
      onDragLeave={() => setOver(false)}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
    >
      <p className="soft">{t('operator.drop')}</p>
      <div className="filters">
        <div className="field">
          <label className="field-label" htmlFor={`${id}-csv`}>
            {t('operator.chooseCsv')}
          </label>
          <input
            id={`${id}-csv`}
            className="input"
            type="file"
            accept=".csv,text/csv"
            onChange={(event) => onFiles(event.target.files ?? [])}
          />
          {csv && <p className="field-hint">{csv.name}</p>}
        </div>
        <div className="field">
          <label className="field-label" htmlFor={`${id}-art`}>
            {t('operator.chooseArt')}
          </label>
          <input
            id={`${id}-art`}
            className="input"
            type="file"
            accept=".svg,.png,.jpg,.jpeg,.webp"
            multiple
            onChange={(event) => onFiles(event.target.files ?? [])}
          />
          {images.length > 0 && (
            <p className="field-hint">{t('operator.artChosen', { count: images.length })}</p>
          )}
        </div>
      </div>
      <div className="row">
        <Button type="submit" variant="primary" disabled={!csv} busy={busy}>
          {t('operator.checkFile')}
        </Button>
      </div>
    </form>
  );
}
