/**
 * A span of time in words, such as "2 minutes".
 * @param seconds whole seconds; said in minutes where they are several whole ones
 */
export function lasting(seconds: number, locale: string): string {
  const isMinutes = seconds > 60 && seconds % 60 === 0;
  const style = { style: 'unit', unit: isMinutes ? 'minute' : 'second', unitDisplay: 'long' } as const;
  return new Intl.NumberFormat(locale, style).format(isMinutes ? seconds / 60 : seconds);
}
