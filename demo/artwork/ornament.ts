import { circle, n, point, polar } from './path.ts';
import { type Definitions, group, path, tag } from './svg.ts';

/** Copies of a definition turned about a point in equal steps. */
export function turned(id: string, count: number, x: number, y: number, from = 0): string {
  let content = '';
  for (let i = 0; i < count; i++) {
    content += tag('use', { href: `#${id}`, transform: `rotate(${n(from + (i * 360) / count)})` });
  }
  return group({ transform: `translate(${x} ${y})` }, content);
}

/** Equal circles turned about a centre they do not hold: the rosette of an engraved banknote. */
export function rosette(
  defs: Definitions,
  [x, y]: readonly [x: number, y: number],
  shape: { offset: number; radius: number; count: number },
  stroke: { paint: string; width: number },
): string {
  const id = defs.add(`rosette${shape.offset}/${shape.radius}`, (key) =>
    tag('path', { id: key, d: circle(0, -shape.offset, shape.radius) }),
  );
  return group(
    { fill: 'none', stroke: stroke.paint, 'stroke-width': stroke.width },
    turned(id, shape.count, x, y),
  );
}

/** A closed wavy ring: radius `r`, `waves` waves of height `swing`. */
export function waveRing(x: number, y: number, r: number, waves: number, swing: number, phase = 0): string {
  const steps = waves * 2;
  let d = '';
  for (let i = 0; i <= steps; i++) {
    const angle = phase + (i * 360) / steps;
    const radius = r + (i % 2 === 0 ? swing : -swing);
    const control = polar(x, y, r, angle);
    const tip = polar(x, y, radius, angle - 180 / steps);
    d += i === 0 ? `M${point(...control)}` : `Q${point(...tip)} ${point(...control)}`;
  }
  return d;
}

function strand(length: number, period: number, swing: number, vertical: boolean): string {
  const count = Math.round(length / period);
  const step = length / count;
  const first = vertical
    ? `q${n(swing)} ${n(step / 2)} 0 ${n(step)}`
    : `q${n(step / 2)} ${n(swing)} ${n(step)} 0`;
  return first + (vertical ? `t0 ${n(step)}` : `t${n(step)} 0`).repeat(count - 1);
}

/** Two crossing waves along the middle of a frame: the braid of an engraved border. */
export function braid(
  frame: readonly [width: number, height: number],
  inset: number,
  period: number,
  swing: number,
): string {
  const corner = inset + 26;
  const across = frame[0] - corner * 2;
  const down = frame[1] - corner * 2;
  let d = '';
  for (const s of [swing, -swing]) {
    for (const y of [inset, frame[1] - inset])
      d += `M${n(corner)} ${n(y)}${strand(across, period, s, false)}`;
    for (const x of [inset, frame[0] - inset]) d += `M${n(x)} ${n(corner)}${strand(down, period, s, true)}`;
  }
  return d;
}

/** Four-pointed glints. */
export function glints(
  points: readonly (readonly [x: number, y: number, r: number])[],
  paint: string,
): string {
  const d = points
    .map(([x, y, r]) => {
      const k = r * 0.1;
      return (
        `M${point(x, y - r)}Q${point(x + k, y - k)} ${point(x + r, y)}Q${point(x + k, y + k)} ${point(x, y + r)}` +
        `Q${point(x - k, y + k)} ${point(x - r, y)}Q${point(x - k, y - k)} ${point(x, y - r)}Z`
      );
    })
    .join('');
  return path(d, { fill: paint });
}
