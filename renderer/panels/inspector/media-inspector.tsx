import type { MediaEntry } from '../../../core/contract/model.ts';
import { displaySize, type Media, primaryVideo } from '../../../core/media/media.ts';
import { formatBytes, formatDuration, formatRate } from '../../format.ts';
import { Field } from '../../ui/field.tsx';
import { stateText } from '../bin/bin-tile.tsx';
import { Understanding } from './understanding.tsx';

/** Facts of one file, as probing found them. */
export function MediaInspector({ entry }: { readonly entry: MediaEntry }) {
  const { media, summary } = entry;
  return (
    <section aria-label="Inspector" className="selectable h-full overflow-y-auto bg-g2 p-3 text-ui">
      <h2 className="mb-2 truncate text-section text-g10" title={media.path}>
        {media.name}
      </h2>
      {factsOf(media).map(([label, value]) => (
        <Field key={label} label={label}>
          <span className="truncate text-right tabular-nums" title={value}>
            {value}
          </span>
        </Field>
      ))}
      <div className="mt-2 border-t border-g3 pt-2">
        <Field label="Understood">{stateText(entry) ?? 'Yes'}</Field>
        {summary.shotCount !== undefined && <Field label="Shots">{summary.shotCount}</Field>}
        {typeof summary.integratedLufs === 'number' && (
          <Field label="Loudness">{summary.integratedLufs.toFixed(1)} LUFS</Field>
        )}
        {typeof summary.tempoBpm === 'number' && (
          <Field label="Tempo">{Math.round(summary.tempoBpm)} beats a minute</Field>
        )}
      </div>
      <Understanding mediaId={media.id} />
      {media.remarks.length > 0 && (
        <ul className="mt-2 border-t border-g3 pt-2">
          {media.remarks.map((remark) => (
            <li key={`${remark.code} ${remark.message}`} className="py-0.5 text-g9">
              {remark.message}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Label and value of everything worth a line. */
export function factsOf(media: Media): readonly (readonly [string, string])[] {
  const video = primaryVideo(media);
  const audio = media.audio[0];
  const lines: (readonly [string, string] | false)[] = [
    media.kind !== 'still' && ['Duration', formatDuration(media.duration)],
    ['File size', formatBytes(media.fingerprint.sizeBytes)],
    ['Folder', media.path.split(/[/\\]/).slice(0, -1).join('/')],
  ];
  if (video !== undefined) {
    const { width, height } = displaySize(video);
    const { timing } = video;
    lines.push(['Picture', `${width}×${height}, ${video.codec}, ${video.bitDepth} bit`]);
    if (timing.kind === 'constant') lines.push(['Rate', `${formatRate(timing.rate)} fps`]);
    if (timing.kind === 'variable') lines.push(['Rate', `changing, ${formatRate(timing.averageRate)} fps on average`]);
    if (timing.kind !== 'still') lines.push(['Frames', String(timing.frameCount)]);
    lines.push(video.rotation !== 0 && ['Rotation', `${video.rotation}°`]);
    lines.push(video.colour.hdr !== 'none' && ['Colour', `HDR, ${video.colour.hdr.toUpperCase()}`]);
    lines.push(video.colour.primaries !== undefined && ['Primaries', video.colour.primaries]);
  }
  if (audio !== undefined) {
    lines.push(['Sound', `${audio.codec}, ${audio.sampleRateHz / 1000} kHz, ${audio.channelLayout}`]);
  }
  lines.push(media.timecode !== undefined && ['Timecode', media.timecode.text]);
  lines.push(media.timecode?.reel !== undefined && ['Reel', media.timecode.reel]);
  return lines.filter((line) => line !== false);
}
