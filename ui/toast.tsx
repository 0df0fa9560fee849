'use client';

import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import { Button } from './button.tsx';
import { useUi } from './context.tsx';
import { CloseIcon } from './icons.tsx';

interface Toast {
  id: number;
  tone: 'good' | 'bad' | 'info';
  text: ReactNode;
}

type Show = (toast: Omit<Toast, 'id'>) => void;

const ToastContext = createContext<Show>(() => {});
const SECONDS = 8;
const MOST = 3;
let last = 0;

/** Shows short messages at the edge of the page, and says them to screen readers. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const { words } = useUi();
  const remove = useCallback(
    (id: number) => setToasts((list) => list.filter((toast) => toast.id !== id)),
    [],
  );
  const show = useCallback<Show>(
    (toast) => {
      const id = ++last;
      setToasts((list) => [...list, { ...toast, id }].slice(-MOST));
      setTimeout(() => remove(id), SECONDS * 1000);
    },
    [remove],
  );
  return (
    <ToastContext value={useMemo(() => show, [show])}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {toasts.map(({ id, tone, text }) => (
          <div key={id} className={`toast toast-${tone}`}>
            <span>{text}</span>
            <Button variant="quiet" size="small" aria-label={words.close} onClick={() => remove(id)}>
              <CloseIcon />
            </Button>
          </div>
        ))}
      </div>
    </ToastContext>
  );
}

/** Shows a message for a few seconds. */
export function useToast(): Show {
  return useContext(ToastContext);
}
