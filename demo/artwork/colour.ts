type Channels = [number, number, number];

function channels(hex: string): Channels {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function toHex(rgb: Channels): string {
  return `#${rgb
    .map((c) =>
      Math.round(Math.min(255, Math.max(0, c)))
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}

/** The colour (`#rrggbb`) that lies `amount` (0..1) of the way from `from` to `to`. */
export function mix(from: string, to: string, amount: number): string {
  const [a, b] = [channels(from), channels(to)];
  return toHex([0, 1, 2].map((i) => a[i]! + (b[i]! - a[i]!) * amount) as Channels);
}

/** A colour moved towards white by `amount` (0..1). */
export function lighten(hex: string, amount: number): string {
  return mix(hex, '#ffffff', amount);
}

/** A colour moved towards black by `amount` (0..1). */
export function darken(hex: string, amount: number): string {
  return mix(hex, '#000000', amount);
}
