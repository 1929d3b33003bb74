/** The product's sign: a call that comes round again. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden>
      <g fill="none" strokeLinecap="round" strokeWidth="2.8">
        <path d="M16 26.5A10.5 10.5 0 1 0 5.5 16" stroke="#5eead4" />
        <path d="M16 21a5 5 0 1 0-5-5" stroke="currentColor" />
      </g>
      <path d="M1.6 14.8h7.8l-3.9 5.2z" fill="#5eead4" />
    </svg>
  );
}
