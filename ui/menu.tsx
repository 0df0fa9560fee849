'use client';

import { type ReactNode, useId } from 'react';
import { buttonClass } from './button-class.tsx';

interface MenuProps {
  /** What the button shows. */
  trigger: ReactNode;
  /** What the button is for. */
  label: string;
  /** The button holds one icon. */
  icon?: boolean;
  children: ReactNode;
}

/**
 * Links and choices behind a button: the browser's own popover, which closes by Escape and by a press beside
 * it, and keeps the order of the keyboard.
 */
export function Menu({ trigger, label, icon, children }: MenuProps) {
  const id = useId();
  return (
    <span className="menu-frame">
      <button
        type="button"
        className={buttonClass({ variant: 'quiet', size: 'small', icon })}
        aria-label={label}
        popoverTarget={id}
      >
        {trigger}
      </button>
      <div className="menu" id={id} popover="auto" onClick={closeAfterChoice}>
        {children}
      </div>
    </span>
  );
}

/** A link or a button closes the menu; a choice leaves it open, to be compared. */
function closeAfterChoice(event: React.MouseEvent<HTMLElement>): void {
  const target = event.target as HTMLElement;
  if (target.closest('a, button')) event.currentTarget.hidePopover();
}

/** An entry that does something. */
export function MenuButton({ onPress, children }: { onPress(): void; children: ReactNode }) {
  return (
    <button type="button" className="menu-item" onClick={onPress}>
      {children}
    </button>
  );
}

/** The class of a link in a menu. */
export const menuItemClass = 'menu-item';

interface ChoiceProps {
  label: string;
  value: string;
  onChange(value: string): void;
  options: { value: string; label: string }[];
}

/** One of some values, in a menu. */
export function MenuChoice({ label, value, onChange, options }: ChoiceProps) {
  const name = useId();
  return (
    <fieldset className="menu-choice">
      <legend className="menu-label">{label}</legend>
      {options.map((option) => (
        <label key={option.value} className="menu-item">
          {option.label}
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
        </label>
      ))}
    </fieldset>
  );
}

export function MenuLine() {
  return <hr className="menu-line" />;
}
