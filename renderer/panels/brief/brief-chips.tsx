import { type ReactNode, useState } from 'react';
import { X } from 'lucide-react';
import type { Aspect } from '../../../core/director/suggestion.ts';
import type { MediaId } from '../../../core/media/media.ts';
import { flicksFromSeconds } from '../../../core/time/flicks.ts';
import { formatDuration, parseDurationSeconds, plural } from '../../format.ts';
import { useBriefStore } from '../../stores/brief.ts';
import { useLibraryStore } from '../../stores/library.ts';
import { Button } from '../../ui/button.tsx';
import { Chip } from '../../ui/chip.tsx';
import { Field } from '../../ui/field.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Popover } from '../../ui/popover.tsx';
import { ScrubNumber } from '../../ui/scrub-number.tsx';
import { Select } from '../../ui/select.tsx';
import type { StyleChoice } from './use-styles.ts';

const ASPECTS: readonly { readonly value: Aspect; readonly label: string }[] = [
  { value: '16:9', label: '16:9 wide' },
  { value: '9:16', label: '9:16 upright' },
  { value: '1:1', label: '1:1 square' },
  { value: '4:5', label: '4:5 portrait' },
];
const LENGTHS = [15, 30, 60, 120];
const NO_MUSIC = 'none';

type BriefChipsProps = { readonly styles: readonly StyleChoice[]; readonly disabled: boolean };

/** Everything of the brief but its words: one chip each, with its editor behind it. */
export function BriefChips({ styles, disabled }: BriefChipsProps) {
  const { draft, change } = useBriefStore();
  const entries = useLibraryStore((state) => state.entries);
  const style = styles.find(({ id }) => id === draft.styleId) ?? styles[0];
  const music = draft.music === null ? undefined : entries.get(draft.music);
  const picked = draft.mustUse.length + draft.neverUse.length;
  return (
    <>
      <EditChip label="Length" text={formatDuration(flicksFromSeconds(draft.seconds))} disabled={disabled} width={220}>
        <LengthEditor />
      </EditChip>
      <EditChip label="Shape" text={draft.aspect} disabled={disabled} width={200}>
        <Choices options={ASPECTS} value={draft.aspect} onChoose={(aspect) => change({ aspect })} />
      </EditChip>
      <EditChip label="Style" text={style?.name ?? 'Style'} disabled={disabled} width={300}>
        <Choices
          options={styles.map(({ id, name, description }) => ({ value: id, label: name, note: description }))}
          value={style?.id ?? ''}
          onChoose={(styleId) => change({ styleId })}
        />
      </EditChip>
      <EditChip label="Music" text={music?.media.name ?? 'No music'} disabled={disabled}>
        <MusicEditor />
      </EditChip>
      <EditChip label="Clips and more" text={picked > 0 ? plural(picked, 'clip') : 'More'} disabled={disabled}>
        <MoreEditor />
      </EditChip>
    </>
  );
}

type EditChipProps = {
  readonly label: string;
  readonly text: string;
  readonly disabled: boolean;
  readonly width?: number;
  readonly children: ReactNode;
};

function EditChip({ label, text, disabled, width = 280, children }: EditChipProps) {
  return (
    <Popover
      label={label}
      side="top"
      width={width}
      trigger={
        <Chip disabled={disabled} aria-label={`${label}: ${text}`} className="max-w-36">
          <span className="truncate">{text}</span>
        </Chip>
      }
    >
      <h3 className="mb-2 text-section text-g10">{label}</h3>
      {children}
    </Popover>
  );
}

function LengthEditor() {
  const { draft, change } = useBriefStore();
  const [text, setText] = useState(formatDuration(flicksFromSeconds(draft.seconds)));
  const seconds = parseDurationSeconds(text);
  return (
    <div className="flex flex-col gap-2">
      <input
        aria-label="Length in minutes and seconds"
        aria-invalid={seconds === undefined}
        value={text}
        onChange={(event) => {
          const next = event.currentTarget.value;
          setText(next);
          const read = parseDurationSeconds(next);
          if (read !== undefined) change({ seconds: read });
        }}
        className="h-6 rounded-clip bg-g1 px-2 text-right text-g10 tabular-nums aria-invalid:outline-1 aria-invalid:outline-error"
      />
      {seconds === undefined && <p className="text-error">Write a length as 2:00 or in seconds.</p>}
      <div className="flex gap-1">
        {LENGTHS.map((preset) => (
          <Button
            key={preset}
            onClick={() => {
              setText(formatDuration(flicksFromSeconds(preset)));
              change({ seconds: preset });
            }}
          >
            {formatDuration(flicksFromSeconds(preset))}
          </Button>
        ))}
      </div>
    </div>
  );
}

type ChoicesProps<Value extends string> = {
  readonly options: readonly { readonly value: Value; readonly label: string; readonly note?: string }[];
  readonly value: Value;
  readonly onChoose: (value: Value) => void;
};

function Choices<Value extends string>({ options, value, onChoose }: ChoicesProps<Value>) {
  return (
    <div role="radiogroup" className="flex flex-col">
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          role="radio"
          aria-checked={option.value === value}
          onClick={() => onChoose(option.value)}
          className="rounded-clip px-2 py-1 text-left hover:bg-g5 aria-checked:bg-row-selected aria-checked:text-g10"
        >
          {option.label}
          {option.note !== undefined && <span className="block text-dense text-g8">{option.note}</span>}
        </button>
      ))}
    </div>
  );
}

function MusicEditor() {
  const { draft, change } = useBriefStore();
  const entries = useLibraryStore((state) => state.entries);
  const audio = [...entries.values()].filter((entry) => entry.media.kind === 'audio');
  if (audio.length === 0) return <p className="text-g8">No music in this project yet. Drop a sound file to use one.</p>;
  const options = [
    { value: NO_MUSIC, label: 'No music' },
    ...audio.map(({ media, summary }) => ({
      value: String(media.id),
      label: media.name,
      note:
        typeof summary.tempoBpm === 'number'
          ? `${Math.round(summary.tempoBpm)} beats a minute, ${formatDuration(media.duration)}`
          : formatDuration(media.duration),
    })),
  ];
  const choose = (value: string) => change({ music: audio.find(({ media }) => media.id === value)?.media.id ?? null });
  return <Choices options={options} value={draft.music ?? NO_MUSIC} onChoose={choose} />;
}

function MoreEditor() {
  const { draft, change } = useBriefStore();
  const reuse = [1, 2, 3].map((times) => ({ value: String(times), label: times === 1 ? 'Once' : `${times} times` }));
  return (
    <div className="flex flex-col gap-2">
      <MediaList
        title="Must be in the cut"
        ids={draft.mustUse}
        empty="Drag clips onto the bar, or use a clip's menu."
      />
      <MediaList title="Keep out" ids={draft.neverUse} empty="Nothing is kept out." />
      <Field label="A shot may appear">
        <Select
          label="A shot may appear"
          value={String(draft.maxShotReuse)}
          options={reuse}
          onChange={(value) => change({ maxShotReuse: Number(value) })}
        />
      </Field>
      <Field label="Variation">
        <ScrubNumber
          label="Variation"
          value={draft.seed}
          min={0}
          max={9999}
          fallback={1}
          onCommit={(seed) => change({ seed: Math.round(seed) })}
        />
      </Field>
      <p className="text-dense text-g8">
        The same brief and variation give the same cut; another number gives another.
      </p>
    </div>
  );
}

function MediaList(props: { readonly title: string; readonly ids: readonly MediaId[]; readonly empty: string }) {
  const entries = useLibraryStore((state) => state.entries);
  const forget = useBriefStore((state) => state.forgetMedia);
  return (
    <div>
      <h4 className="text-g8">{props.title}</h4>
      {props.ids.length === 0 && <p className="text-dense text-g8">{props.empty}</p>}
      <ul>
        {props.ids.map((id) => (
          <li key={id} className="flex h-6 items-center justify-between">
            <span className="truncate text-g10">{entries.get(id)?.media.name ?? 'A clip that is gone'}</span>
            <IconButton icon={X} name="Take off this list" onClick={() => forget(id)} />
          </li>
        ))}
      </ul>
    </div>
  );
}
