/** One absolute path command; only M, L, C, Q, A and Z are in use. */
interface Command {
  type: string;
  values: number[];
}

/** A number as SVG text: one decimal, no trailing zero. */
export function n(value: number): string {
  const rounded = Math.round(value * 10) / 10;
  return Object.is(rounded, -0) ? '0' : String(rounded);
}

/** Path commands joined in the shortest usual form. */
export function point(x: number, y: number): string {
  return `${n(x)} ${n(y)}`;
}

function parse(d: string): Command[] {
  return [...d.matchAll(/([MLCQAZ])([^MLCQAZ]*)/g)].map((match) => ({
    type: match[1]!,
    values: (match[2]!.match(/-?\d*\.?\d+/g) ?? []).map(Number),
  }));
}

function format(commands: Command[]): string {
  return commands.map((c) => c.type + c.values.map(n).join(' ')).join('');
}

/** A path scaled about the origin, then moved. `scaleX` may be negative (a mirror). */
export function place(d: string, x: number, y: number, scaleX: number, scaleY = Math.abs(scaleX)): string {
  const mirrored = scaleX < 0;
  return format(
    parse(d).map(({ type, values: v }) => {
      if (type === 'A') {
        const sweep = mirrored ? 1 - v[4]! : v[4]!;
        const end = [v[5]! * scaleX + x, v[6]! * scaleY + y];
        return { type, values: [v[0]! * Math.abs(scaleX), v[1]! * scaleY, v[2]!, v[3]!, sweep, ...end] };
      }
      return { type, values: v.map((value, i) => (i % 2 === 0 ? value * scaleX + x : value * scaleY + y)) };
    }),
  );
}

/** A path and its mirror image about x = 0. */
export function pair(d: string): string {
  return d + place(d, 0, 0, -1);
}

/** Closes the right half of a shape (an open path that starts and ends on x = 0) with its mirror image. */
export function symmetric(half: string): string {
  const commands = parse(half);
  const back: Command[] = [];
  for (let i = commands.length - 1; i > 0; i--) {
    const { type, values: v } = commands[i]!;
    const [x, y] = commands[i - 1]!.values.slice(-2) as [number, number];
    if (type === 'C') back.push({ type, values: [-v[2]!, v[3]!, -v[0]!, v[1]!, -x, y] });
    else if (type === 'Q') back.push({ type, values: [-v[0]!, v[1]!, -x, y] });
    else if (type === 'A') back.push({ type, values: [v[0]!, v[1]!, -v[2]!, v[3]!, v[4]!, -x, y] });
    else back.push({ type, values: [-x, y] });
  }
  return `${format([...commands, ...back])}Z`;
}

/** A closed circle. */
export function circle(cx: number, cy: number, r: number): string {
  return ellipse(cx, cy, r, r);
}

/** A closed ellipse. */
export function ellipse(cx: number, cy: number, rx: number, ry: number): string {
  const radii = `A${point(rx, ry)} 0 1 1 `;
  return `M${point(cx - rx, cy)}${radii}${point(cx + rx, cy)}${radii}${point(cx - rx, cy)}Z`;
}

/** A closed polygon through points given as x, y, x, y... */
export function polygon(...values: number[]): string {
  let d = '';
  for (let i = 0; i < values.length; i += 2) d += (i === 0 ? 'M' : 'L') + point(values[i]!, values[i + 1]!);
  return `${d}Z`;
}

/** A closed rectangle with rounded corners. */
export function box(x: number, y: number, width: number, height: number, r = 0): string {
  const [right, bottom] = [x + width, y + height];
  if (r === 0) return polygon(x, y, right, y, right, bottom, x, bottom);
  const arc = (px: number, py: number) => `A${n(r)} ${n(r)} 0 0 1 ${point(px, py)}`;
  return (
    `M${point(x + r, y)}L${point(right - r, y)}${arc(right, y + r)}L${point(right, bottom - r)}` +
    `${arc(right - r, bottom)}L${point(x + r, bottom)}${arc(x, bottom - r)}L${point(x, y + r)}${arc(x + r, y)}Z`
  );
}

/** The point at `angle` degrees (0 = up, clockwise) and distance `r` from a centre. */
export function polar(cx: number, cy: number, r: number, angle: number): [number, number] {
  const radians = ((angle - 90) * Math.PI) / 180;
  return [cx + r * Math.cos(radians), cy + r * Math.sin(radians)];
}

/** A closed star (or, with equal radii, a regular polygon of twice as many corners), one point up. */
export function star(cx: number, cy: number, points: number, outer: number, inner: number, turn = 0): string {
  const values: number[] = [];
  for (let i = 0; i < points * 2; i++) {
    values.push(...polar(cx, cy, i % 2 === 0 ? outer : inner, turn + (i * 180) / points));
  }
  return polygon(...values);
}

/** Thin wedges from radius `inner` to `outer` about a centre, `width` degrees wide at the rim. */
export function rays(
  cx: number,
  cy: number,
  count: number,
  inner: number,
  outer: number,
  width: number,
): string {
  let d = '';
  for (let i = 0; i < count; i++) {
    const angle = (i * 360) / count;
    const [a, b] = [polar(cx, cy, outer, angle - width / 2), polar(cx, cy, outer, angle + width / 2)];
    d += polygon(...polar(cx, cy, inner, angle), ...a, ...b);
  }
  return d;
}
