'use client';

import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { type ButtonLook, buttonClass } from './button-class.tsx';

interface ButtonProps extends ButtonLook, Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'disabled'> {
  /** Its action is under way: it stays focused and does nothing. */
  busy?: boolean;
  disabled?: boolean;
  children: ReactNode;
}

/** A button. While it is busy or disabled it can still be focused, so that keyboards do not lose their place. */
export function Button({
  variant,
  size,
  wide,
  icon,
  busy,
  disabled,
  type = 'button',
  className,
  onClick,
  ...rest
}: ButtonProps) {
  const off = busy || disabled;
  return (
    <button
      {...rest}
      type={type}
      className={[buttonClass({ variant, size, wide, icon }), className].filter(Boolean).join(' ')}
      aria-disabled={off || undefined}
      aria-busy={busy || undefined}
      onClick={(event) => {
        if (off) event.preventDefault();
        else onClick?.(event);
      }}
    />
  );
}
