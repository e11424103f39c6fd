type ProgressProps = {
  readonly label: string;
  /** 0–1. */
  readonly value: number;
  readonly tone?: 'accent' | 'muted' | 'error';
};

const TONES = { accent: 'var(--accent)', muted: 'var(--g7)', error: 'var(--error)' } as const;

/** A 2 px bar; what it counts is said in words beside it. */
export function Progress({ label, value, tone = 'accent' }: ProgressProps) {
  const percent = Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      className="h-0.5 w-full bg-g5"
    >
      <div className="h-full" style={{ width: `${percent}%`, background: TONES[tone] }} />
    </div>
  );
}
