'use client';

import { Notice } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { Dialog } from '@ece/ui/dialog';
import { useToast } from '@ece/ui/toast';
import { useRouter } from 'next/navigation';
import { type ReactNode, useState } from 'react';
import { type CallState, useCall } from '../../data/use-call.ts';

interface ActProps<I, A> {
  /** What the button says that asks, and the one that does it. */
  label: string;
  /** What the button that asks is called, where its label says too little by itself. */
  name?: string;
  title: string;
  danger?: boolean;
  size?: 'small';
  /** Defined outside of the component. */
  call: Parameters<typeof useCall<I, A>>[0];
  /** What to call it with; undefined where something is missing, which the form then shows. */
  input(): I | undefined;
  /** Said when it is done. */
  done: string;
  onDone?(): void;
  children(call: CallState<I, A>): ReactNode;
}

/** A privileged act: a button, a dialog that says what will happen and asks what is needed, and the act itself. */
export function Act<I, A>({
  label,
  name,
  title,
  danger,
  size,
  call,
  input,
  done,
  onDone,
  children,
}: ActProps<I, A>) {
  const toast = useToast();
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const state = useCall(call);
  const variant = danger ? 'danger' : 'primary';
  const act = async () => {
    const wanted = input();
    if (wanted === undefined || (await state.run(wanted)) === undefined) return;
    setOpen(false);
    onDone?.();
    toast({ tone: 'good', text: done });
    router.refresh();
  };
  const close = () => {
    setOpen(false);
    state.clear();
  };
  return (
    <>
      <Button
        variant={danger ? 'danger' : 'secondary'}
        size={size}
        aria-label={name}
        onClick={() => setOpen(true)}
      >
        {label}
      </Button>
      <Dialog
        open={open}
        onClose={close}
        title={title}
        actions={
          <Button variant={variant} busy={state.busy} onClick={() => void act()}>
            {label}
          </Button>
        }
      >
        {children(state)}
        {state.error && (
          <div role="alert">
            <Notice tone="bad">{state.error}</Notice>
          </div>
        )}
      </Dialog>
    </>
  );
}
