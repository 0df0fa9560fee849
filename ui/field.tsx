'use client';

import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, useId } from 'react';

interface FieldWords {
  label: ReactNode;
  /** Said before anything is wrong: what is wanted. */
  hint?: ReactNode;
  /** What is wrong, and what to do. */
  error?: ReactNode;
}

function useField({ hint, error }: FieldWords) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return { id, described: described || undefined, invalid: error ? true : undefined };
}

function Frame({ id, label, hint, error, children }: FieldWords & { id: string; children: ReactNode }) {
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      {children}
      {hint && (
        <p className="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p className="field-error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

interface FieldProps extends FieldWords, Omit<InputHTMLAttributes<HTMLInputElement>, 'id'> {
  /** Shown in the field, behind the value. */
  unit?: string;
}

/** A line of text with its label, a hint and an error. */
export function Field({ label, hint, error, unit, className, ...rest }: FieldProps) {
  const { id, described, invalid } = useField({ label, hint, error });
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <span className="input-frame">
        <input
          {...rest}
          id={id}
          className={['input', className].filter(Boolean).join(' ')}
          aria-describedby={described}
          aria-invalid={invalid}
        />
        {unit && <span className="input-unit">{unit}</span>}
      </span>
    </Frame>
  );
}

/** An amount of USDC as a decimal string: digits and one point, on a number pad where there is one. */
export function MoneyField(props: Omit<FieldProps, 'unit' | 'inputMode' | 'type'>) {
  return <Field {...props} type="text" inputMode="decimal" autoComplete="off" unit="USDC" maxLength={17} />;
}

interface TextAreaProps extends FieldWords, Omit<React.TextareaHTMLAttributes<HTMLTextAreaElement>, 'id'> {}

/** Several lines of text with a label. */
export function TextArea({ label, hint, error, ...rest }: TextAreaProps) {
  const { id, described, invalid } = useField({ label, hint, error });
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <textarea {...rest} id={id} className="input" aria-describedby={described} aria-invalid={invalid} />
    </Frame>
  );
}

interface SelectProps extends FieldWords, Omit<SelectHTMLAttributes<HTMLSelectElement>, 'id'> {
  options: { value: string; label: string }[];
}

/** One of some values; the device's own list, which every keyboard and screen reader knows. */
export function Select({ label, hint, error, options, ...rest }: SelectProps) {
  const { id, described, invalid } = useField({ label, hint, error });
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <select {...rest} id={id} className="input select" aria-describedby={described} aria-invalid={invalid}>
        {options.map(({ value, label: text }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </Frame>
  );
}
