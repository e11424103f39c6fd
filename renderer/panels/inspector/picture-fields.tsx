import { useState } from 'react';
import { frameOfTime, timeOfFrame } from '../../../core/time/rate.ts';
import type { ClipProperties } from '../../../core/timeline/edit.ts';
import {
  NO_CROP,
  NO_TRANSFORM,
  type BlendMode,
  type Crop,
  type Fit,
  type Retiming,
  type Transform,
} from '../../../core/timeline/picture.ts';
import type { Timeline, VideoClip } from '../../../core/timeline/timeline.ts';
import { Field } from '../../ui/field.tsx';
import { ScrubNumber } from '../../ui/scrub-number.tsx';
import { Select } from '../../ui/select.tsx';

type PictureFieldsProps = {
  readonly timeline: Timeline;
  readonly clip: VideoClip;
  readonly onSet: (set: ClipProperties) => void;
};

/** How a picture lies in the frame and mixes with what is below; positions in pixels of the sequence. */
export function PictureFields(props: PictureFieldsProps) {
  const { clip, onSet } = props;
  return (
    <>
      <Field label="Opacity">
        <ScrubNumber
          label="Opacity in percent"
          value={clip.opacity * 100}
          min={0}
          max={100}
          fallback={100}
          unit=" %"
          onCommit={(percent) => onSet({ opacity: percent / 100 })}
        />
      </Field>
      <Field label="Blend">
        <Select
          label="Blend mode"
          value={clip.blend ?? 'normal'}
          options={BLENDS}
          onChange={(value) => {
            const blend = BLENDS.find((option) => option.value === value)?.value;
            if (blend !== undefined) onSet({ blend: blend === 'normal' ? null : blend });
          }}
        />
      </Field>
      {clip.keyframes !== undefined && (
        <p className="py-1 text-dense text-g8">
          Has keyframes: {Object.keys(clip.keyframes).length} of its values change over the clip; what is set here
          stands where there are none.
        </p>
      )}
      <FitField {...props} />
      <TransformFields {...props} />
      <CropFields {...props} />
      <SpeedFields {...props} />
      {clip.title !== undefined && <TitleText key={clip.id} clip={clip} onSet={onSet} />}
    </>
  );
}

const BLENDS: readonly { readonly value: BlendMode; readonly label: string }[] = [
  { value: 'normal', label: 'Normal' },
  { value: 'add', label: 'Add' },
  { value: 'multiply', label: 'Multiply' },
  { value: 'screen', label: 'Screen' },
  { value: 'overlay', label: 'Overlay' },
  { value: 'darken', label: 'Darken' },
  { value: 'lighten', label: 'Lighten' },
  { value: 'difference', label: 'Difference' },
];

const FITS: readonly { readonly value: Fit; readonly label: string; readonly note: string }[] = [
  { value: 'fit', label: 'Fit', note: 'Whole picture, black bars' },
  { value: 'fill', label: 'Fill', note: 'No bars, edges cut off' },
  { value: 'stretch', label: 'Stretch', note: 'Both sides match' },
  { value: 'blur', label: 'Blurred sides', note: 'Whole picture over a blurred copy' },
];

function isNeutral(transform: Transform): boolean {
  const { positionX, positionY, scaleX, scaleY, rotationDegrees } = transform;
  return positionX === 0 && positionY === 0 && scaleX === 1 && scaleY === 1 && rotationDegrees === 0;
}

function FitField({ clip, onSet }: PictureFieldsProps) {
  return (
    <Field label="Fit">
      <Select
        label="Fit"
        value={clip.fit ?? 'fit'}
        options={FITS}
        onChange={(value) => {
          const fit = FITS.find((option) => option.value === value)?.value;
          if (fit !== undefined) onSet({ fit: fit === 'fit' ? null : fit });
        }}
      />
    </Field>
  );
}

function TransformFields({ timeline, clip, onSet }: PictureFieldsProps) {
  const transform = clip.transform ?? NO_TRANSFORM;
  const set = (change: Partial<Transform>) => {
    const next = { ...transform, ...change };
    onSet({ transform: isNeutral(next) ? null : next });
  };
  return (
    <>
      <Field label="Position">
        <ScrubNumber
          label="Position across, pixels"
          value={transform.positionX * timeline.width}
          fallback={0}
          unit=" x"
          onCommit={(pixels) => set({ positionX: pixels / timeline.width })}
        />
        <ScrubNumber
          label="Position down, pixels"
          value={transform.positionY * timeline.height}
          fallback={0}
          unit=" y"
          onCommit={(pixels) => set({ positionY: pixels / timeline.height })}
        />
      </Field>
      <Field label="Scale">
        <ScrubNumber
          label="Scale in percent"
          value={transform.scaleX * 100}
          min={-10_000}
          max={10_000}
          fallback={100}
          digits={1}
          unit=" %"
          // Both sides keep their proportion.
          onCommit={(percent) =>
            set({
              scaleX: percent / 100,
              scaleY: transform.scaleX === 0 ? percent / 100 : (transform.scaleY / transform.scaleX) * (percent / 100),
            })
          }
        />
      </Field>
      <Field label="Rotation">
        <ScrubNumber
          label="Rotation in degrees, clockwise"
          value={transform.rotationDegrees}
          fallback={0}
          digits={1}
          unit="°"
          onCommit={(rotationDegrees) => set({ rotationDegrees })}
        />
      </Field>
    </>
  );
}

const EDGES: readonly { readonly edge: keyof Crop; readonly label: string }[] = [
  { edge: 'left', label: 'L' },
  { edge: 'top', label: 'T' },
  { edge: 'right', label: 'R' },
  { edge: 'bottom', label: 'B' },
];

function CropFields({ clip, onSet }: PictureFieldsProps) {
  const crop = clip.crop ?? NO_CROP;
  const set = (edge: keyof Crop, percent: number) => {
    const next: Crop = { ...crop, [edge]: percent / 100 };
    onSet({ crop: next.left + next.top + next.right + next.bottom === 0 ? null : next });
  };
  return (
    <Field label="Crop">
      <span className="grid grid-cols-2 gap-x-1">
        {EDGES.map(({ edge, label }) => (
          <ScrubNumber
            key={edge}
            label={`Crop ${edge} in percent`}
            value={crop[edge] * 100}
            min={0}
            max={100}
            fallback={0}
            unit={` % ${label}`}
            onCommit={(percent) => set(edge, percent)}
          />
        ))}
      </span>
    </Field>
  );
}

const RETIMINGS: readonly { readonly value: Retiming; readonly label: string; readonly note: string }[] = [
  { value: 'nearest', label: 'Nearest frame', note: 'Sharp, may judder' },
  { value: 'blend', label: 'Blend frames', note: 'Two frames mixed' },
  { value: 'flow', label: 'Optical flow', note: 'Made-up frames between; in the render only' },
];

function SpeedFields({ timeline, clip, onSet }: PictureFieldsProps) {
  const { rate } = timeline;
  const most = frameOfTime(clip.duration, rate, 'floor');
  const frames = (value: number) => (Math.round(value) === 0 ? null : timeOfFrame(Math.round(value), rate));
  const retimed = clip.speed.num !== clip.speed.den;
  return (
    <>
      {retimed && (
        <Field label="Between frames">
          <Select
            label="Between frames"
            value={clip.retiming ?? 'nearest'}
            options={RETIMINGS}
            onChange={(value) => {
              const retiming = RETIMINGS.find((option) => option.value === value)?.value;
              if (retiming !== undefined) onSet({ retiming: retiming === 'nearest' ? null : retiming });
            }}
          />
        </Field>
      )}
      <Field label="Fades">
        <ScrubNumber
          label="Fade in, frames"
          value={frameOfTime(clip.fadeIn ?? timeOfFrame(0, rate), rate, 'nearest')}
          min={0}
          max={most}
          fallback={0}
          unit=" f in"
          onCommit={(value) => onSet({ fadeIn: frames(value) ?? timeOfFrame(0, rate) })}
        />
        <ScrubNumber
          label="Fade out, frames"
          value={frameOfTime(clip.fadeOut ?? timeOfFrame(0, rate), rate, 'nearest')}
          min={0}
          max={most}
          fallback={0}
          unit=" f out"
          onCommit={(value) => onSet({ fadeOut: frames(value) ?? timeOfFrame(0, rate) })}
        />
      </Field>
      <Field label="Stabilise">
        <input
          type="checkbox"
          aria-label="Stabilise, in the render"
          title="Worked out when the film is rendered; the viewer shows the footage as it is."
          checked={clip.stabilise === true}
          onChange={(event) => onSet({ stabilise: event.currentTarget.checked ? true : null })}
          className="size-4 accent-[var(--accent)]"
        />
      </Field>
    </>
  );
}

/** The words of a title or caption. */
function TitleText({ clip, onSet }: Pick<PictureFieldsProps, 'clip' | 'onSet'>) {
  const { title } = clip;
  const [text, setText] = useState(title?.text ?? '');
  if (title === undefined) return null;
  return (
    <label className="mt-2 flex flex-col gap-1 border-t border-g3 pt-2">
      <span className="text-g8">Text</span>
      <textarea
        rows={3}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={() => {
          if (text !== title.text) onSet({ title: { ...title, text } });
        }}
        className="resize-none rounded-clip bg-g1 px-2 py-1 text-ui text-g10"
      />
    </label>
  );
}
