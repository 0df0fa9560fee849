/** The mark: two cards that change places. */
export function Logo() {
  return (
    <svg viewBox="0 0 92 32" height="28" width="80" aria-hidden="true">
      <rect x="3" y="5" width="15" height="21" rx="3" fill="none" stroke="currentColor" strokeWidth="2.5" />
      <rect x="12" y="8" width="15" height="21" rx="3" fill="var(--accent)" />
      <g fill="currentColor">
        <path d="M36 8h17v4.4H41v2.8h10.6v4.1H41v2.9h12.2V26.6H36z" />
        <path d="M67.2 27c-6.6 0-10.6-3.6-10.6-9.7s4-9.7 10.6-9.7c4 0 7 1.5 8.8 4.2l-4 2.6c-1-1.6-2.6-2.4-4.7-2.4-3.5 0-5.5 1.9-5.5 5.3s2 5.3 5.5 5.3c2.1 0 3.8-.9 4.8-2.5l4 2.6C74.3 25.5 71.2 27 67.2 27z" />
        <path d="M79 8h12.600v4.400H84v2.800h7v4.100h-7v2.900h7.800V26.600H79z" />
      </g>
    </svg>
  );
}
