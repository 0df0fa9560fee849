'use client';

import { type ReactNode, useEffect, useId, useRef } from 'react';
import { Button } from './button.tsx';
import { useUi } from './context.tsx';
import { CloseIcon } from './icons.tsx';

interface DialogProps {
  open: boolean;
  onClose(): void;
  title: ReactNode;
  children: ReactNode;
  /** Buttons at its foot. */
  actions?: ReactNode;
}

/** Asks for one thing above the page. The browser keeps the focus inside and gives it back. */
export function Dialog({ open, onClose, title, children, actions }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const { words } = useUi();
  useEffect(() => {
    if (open && !element.current?.open) element.current?.showModal();
    if (!open) element.current?.close();
  }, [open]);
  return (
    <dialog
      ref={element}
      className="dialog"
      aria-labelledby={heading}
      onClose={onClose}
      onMouseDown={(event) => {
        if (event.target === element.current) onClose();
      }}
    >
      {open && (
        <div className="dialog-body">
          <div className="dialog-head">
            <h2 id={heading}>{title}</h2>
            <Button variant="quiet" size="small" icon aria-label={words.close} onClick={onClose}>
              <CloseIcon />
            </Button>
          </div>
          {children}
          {actions && <div className="dialog-actions">{actions}</div>}
        </div>
      )}
    </dialog>
  );
}
