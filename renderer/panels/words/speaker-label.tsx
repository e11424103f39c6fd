import { useState } from 'react';
import { isNumbered } from '../../../core/analysis/diarize.ts';
import { useEngine } from '../../engine-context.ts';
import { toastFailure } from '../../stores/toasts.ts';

type SpeakerLabelProps = {
  readonly label: string;
  /** Undefined where the transcript itself says who speaks. */
  readonly speakerId: string | undefined;
};

/** Who speaks; a click lets a voice be given a name, which search, captions and evidence then say. */
export function SpeakerLabel({ label, speakerId }: SpeakerLabelProps) {
  const engine = useEngine();
  const [isNaming, setNaming] = useState(false);
  if (speakerId === undefined) return <span className="truncate text-g9">{label}</span>;
  if (!isNaming) {
    return (
      <button
        type="button"
        title="Give this voice a name"
        className="truncate rounded-clip text-g9 hover:text-g10 hover:underline"
        onClick={() => setNaming(true)}
      >
        {label}
      </button>
    );
  }
  const name = (text: string) => {
    setNaming(false);
    const given = text.trim();
    if (given === '' || given === label) return;
    engine.client.speakers
      .name({ speakerId, name: given })
      .catch((error: unknown) => toastFailure(`“${given}” could not be kept.`, error));
  };
  return (
    <input
      aria-label={`Name of ${label}`}
      defaultValue={isNumbered(label) ? '' : label}
      placeholder={label}
      autoFocus
      onFocus={(event) => event.target.select()}
      maxLength={200}
      className="h-5 w-40 rounded-clip bg-g1 px-1.5 text-dense text-g10 select-text"
      onBlur={(event) => name(event.target.value)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Enter') name(event.currentTarget.value);
        if (event.key === 'Escape') setNaming(false);
      }}
      onPointerDown={(event) => event.stopPropagation()}
    />
  );
}
