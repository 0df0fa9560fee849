interface AvatarProps {
  handle: string;
  size?: 'small' | 'medium' | 'large';
}

const CELLS = 5;

/** A small picture that is always the same for the same handle: a mirrored pattern in two colours. */
export function Avatar({ handle, size = 'medium' }: AvatarProps) {
  let seed = 2166136261;
  for (const character of handle) seed = Math.imul(seed ^ character.codePointAt(0)!, 16777619) >>> 0;
  const hue = seed % 360;
  const cells: { x: number; y: number }[] = [];
  for (let y = 0; y < CELLS; y++) {
    for (let x = 0; x < 3; x++) {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      if (seed >>> 31) cells.push({ x, y }, { x: CELLS - 1 - x, y });
    }
  }
  return (
    <svg
      className={size === 'medium' ? 'avatar' : `avatar avatar-${size}`}
      viewBox="0 0 7 7"
      aria-hidden="true"
    >
      <rect width="7" height="7" fill={`hsl(${hue} 45% 30%)`} />
      {cells.map(({ x, y }, index) => (
        <rect
          key={String(index)}
          x={x + 1}
          y={y + 1}
          width="1.02"
          height="1.02"
          fill={`hsl(${(hue + 50) % 360} 80% 74%)`}
        />
      ))}
    </svg>
  );
}
