import { useState } from 'react';
import { frameOfTime, timeOfFrame } from '../../../core/time/rate.ts';
import { rational } from '../../../core/time/rational.ts';
import { formatTimecode } from '../../../core/time/timecode.ts';
import type { ClipProperties, Edit } from '../../../core/timeline/edit.ts';
import type { AudioClip, Clip, Timeline } from '../../../core/timeline/timeline.ts';
import { plural } from '../../format.ts';
import { applyEditNow } from '../../stores/timeline.ts';
import { Field } from '../../ui/field.tsx';
import { ScrubNumber } from '../../ui/scrub-number.tsx';
import { PictureFields } from './picture-fields.tsx';

type ClipInspectorProps = { readonly timeline: Timeline; readonly clips: readonly Clip[] };

/** One property set on several clips is one step of undo. */
export function setOnAll(clips: readonly Clip[], set: ClipProperties): Edit {
  const edits = clips.map((clip): Edit => ({ kind: 'setClip', clipId: clip.id, set }));
  const [only] = edits;
  return edits.length === 1 && only !== undefined ? only : { kind: 'group', label: 'Change clips', edits };
}

/** What can be set on the selected clips, as numbers that are dragged or typed. */
export function ClipInspector({ timeline, clips }: ClipInspectorProps) {
  const [first] = clips;
  if (first === undefined) return null;
  const apply = (set: ClipProperties, to: readonly Clip[] = clips) => void applyEditNow(setOnAll(to, set));
  const pictures = clips.filter((clip) => clip.kind === 'video');
  const sounds = clips.filter((clip) => clip.kind === 'audio');
  const [picture] = pictures;
  const [sound] = sounds;
  return (
    <section aria-label="Inspector" className="h-full overflow-y-auto bg-g2 p-3 text-ui">
      <h2 className="mb-2 truncate text-section text-g10" title={first.name}>
        {clips.length === 1 ? first.name : plural(clips.length, 'clip')}
      </h2>
      <Place timeline={timeline} clip={first} />
      <div className="mt-2 border-t border-g3 pt-2">
        <Field label="Enabled">
          <input
            type="checkbox"
            aria-label="Enabled"
            checked={first.enabled}
            onChange={(event) => apply({ enabled: event.currentTarget.checked })}
            className="size-4 accent-[var(--accent)]"
          />
        </Field>
        <Field label="Speed">
          <ScrubNumber
            label="Speed in percent"
            value={(first.speed.num / first.speed.den) * 100}
            min={-10_000}
            max={10_000}
            fallback={100}
            unit=" %"
            onCommit={(percent) => apply({ speed: rational(Math.round(percent), 100) })}
          />
        </Field>
        {picture !== undefined && (
          <PictureFields timeline={timeline} clip={picture} onSet={(set) => apply(set, pictures)} />
        )}
        {sound !== undefined && <SoundFields timeline={timeline} clip={sound} onSet={(set) => apply(set, sounds)} />}
      </div>
      <Note key={first.id} clip={first} onSet={(note) => apply({ note })} />
    </section>
  );
}

function Place({ timeline, clip }: { readonly timeline: Timeline; readonly clip: Clip }) {
  const { rate, dropFrame, startFrame } = timeline;
  const start = frameOfTime(clip.recordIn, rate, 'nearest');
  const length = frameOfTime(clip.duration, rate, 'nearest');
  const format = { rate, dropFrame };
  return (
    <>
      <Field label="Starts">
        <span className="timecode timecode-field text-right">{formatTimecode(startFrame + start, format)}</span>
      </Field>
      <Field label="Length">
        <span className="timecode timecode-field text-right">{formatTimecode(length, format)}</span>
      </Field>
    </>
  );
}

type SoundFieldsProps = {
  readonly timeline: Timeline;
  readonly clip: AudioClip;
  readonly onSet: (set: ClipProperties) => void;
};

function SoundFields({ timeline, clip, onSet }: SoundFieldsProps) {
  const { rate } = timeline;
  const most = frameOfTime(clip.duration, rate, 'floor');
  const frames = (value: number) => timeOfFrame(Math.round(value), rate);
  return (
    <>
      <Field label="Gain">
        <ScrubNumber
          label="Gain in decibels"
          value={clip.gainDb}
          step={0.5}
          min={-96}
          max={24}
          fallback={0}
          digits={1}
          unit=" dB"
          onCommit={(gainDb) => onSet({ gainDb })}
        />
      </Field>
      <Field label="Pan">
        <ScrubNumber
          label="Pan, −100 left to 100 right"
          value={(clip.pan ?? 0) * 100}
          min={-100}
          max={100}
          fallback={0}
          onCommit={(percent) => onSet({ pan: percent === 0 ? null : percent / 100 })}
        />
      </Field>
      <Field label="Fade in">
        <ScrubNumber
          label="Fade in, frames"
          value={frameOfTime(clip.fadeIn, rate, 'nearest')}
          min={0}
          max={most}
          fallback={0}
          unit=" f"
          onCommit={(value) => onSet({ fadeIn: frames(value) })}
        />
      </Field>
      <Field label="Fade out">
        <ScrubNumber
          label="Fade out, frames"
          value={frameOfTime(clip.fadeOut, rate, 'nearest')}
          min={0}
          max={most}
          fallback={0}
          unit=" f"
          onCommit={(value) => onSet({ fadeOut: frames(value) })}
        />
      </Field>
    </>
  );
}

/** Kept in exports as a clip note; the reasons of AI cuts are written here. */
function Note({ clip, onSet }: { readonly clip: Clip; readonly onSet: (note: string) => void }) {
  const [text, setText] = useState(clip.note);
  return (
    <label className="mt-2 flex flex-col gap-1 border-t border-g3 pt-2">
      <span className="text-g8">Note, kept in exports</span>
      <textarea
        rows={4}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={() => {
          if (text !== clip.note) onSet(text);
        }}
        className="resize-none rounded-clip bg-g1 px-2 py-1 text-ui text-g10"
      />
    </label>
  );
}
