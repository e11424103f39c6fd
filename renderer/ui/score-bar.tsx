import { scoreStep } from '../score.ts';

type ScoreBarProps = { readonly name: string; readonly score: number };

/** One part of a score: name, five segments, number, word. Only the bar is coloured. `score` 0–100. */
export function ScoreBar({ name, score }: ScoreBarProps) {
  const step = scoreStep(score);
  return (
    <div
      role="meter"
      aria-label={name}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(score)}
      aria-valuetext={`${Math.round(score)}, ${step.word}`}
      className="grid h-6 grid-cols-[96px_60px_28px_1fr] items-center gap-2 text-ui"
    >
      <span className="truncate text-g8">{name}</span>
      <span className="flex gap-0.5" aria-hidden>
        {[1, 2, 3, 4, 5].map((segment) => (
          <span
            key={segment}
            className="h-1.5 w-2.5"
            style={{ background: segment <= step.segments ? `var(${step.token})` : 'var(--g5)' }}
          />
        ))}
      </span>
      <span className="text-right font-mono text-dense text-g10 tabular-nums">{Math.round(score)}</span>
      <span className="text-g8">{step.word}</span>
    </div>
  );
}
