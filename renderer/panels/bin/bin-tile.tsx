import type { MediaEntry } from '../../../core/contract/model.ts';
import { formatDuration } from '../../format.ts';
import { Badge } from '../../ui/badge.tsx';
import { classNames } from '../../ui/class-names.ts';
import { MiddleText } from '../../ui/middle-text.tsx';
import { badgesOf, formatFacts, shownBadges } from './bin-rows.ts';
import { MediaPicture } from './media-picture.tsx';
import { UnderstandingStrip } from './understanding-strip.tsx';

export type BinItemProps = { readonly entry: MediaEntry; readonly selected: boolean };

/** What is wrong with a file, or how far it is; undefined when all is well. */
export function stateText({ ingest, media }: MediaEntry): string | undefined {
  if (!media.online) return 'Missing';
  switch (ingest.state) {
    case 'waiting':
      return 'Waiting';
    case 'paused':
      return 'Paused';
    case 'running':
      return `Looking at it, ${Math.round(ingest.progress * 100)} %`;
    case 'cancelled':
      return 'Not looked at';
    case 'failed':
      return ingest.fault.message;
    case 'ready':
      return undefined;
  }
}

/** Picture, 4 px strip of what is understood, one line of name and duration. */
export function BinTile({ entry, selected }: BinItemProps) {
  const { media } = entry;
  const text = stateText(entry);
  return (
    <div className="flex h-full flex-col" title={[media.name, formatFacts(media), text].filter(Boolean).join(' · ')}>
      <div className="relative min-h-0 flex-1 overflow-hidden">
        <MediaPicture entry={entry} scrub />
        {selected && (
          <div aria-hidden className="pointer-events-none absolute inset-0 border-2 border-[var(--clip-selection)]" />
        )}
        <span className="absolute top-1 left-1 flex gap-0.5">
          {shownBadges(badgesOf(entry)).map((badge) => (
            <Badge key={badge}>{badge}</Badge>
          ))}
        </span>
      </div>
      <UnderstandingStrip entry={entry} />
      <div className="flex h-4 items-center justify-between gap-2 text-dense">
        <MiddleText text={media.name} className={selected ? 'text-g10' : 'text-g9'} />
        <span className="shrink-0 text-g8 tabular-nums">
          {media.kind === 'still' ? 'still' : formatDuration(media.duration)}
        </span>
      </div>
    </div>
  );
}

/** One dense row: picture, name, state or facts, duration. */
export function BinRow({ entry, selected }: BinItemProps) {
  const { media } = entry;
  return (
    <div
      className={classNames(
        'flex h-full items-center gap-2 pr-2 text-dense',
        selected ? 'bg-row-selected text-g10 shadow-[inset_2px_0_0_var(--accent)]' : 'text-g9 hover:bg-g4',
      )}
      title={media.path}
    >
      <span className="ml-1 block h-5 w-9 shrink-0">
        <MediaPicture entry={entry} scrub={false} />
      </span>
      <MiddleText text={media.name} className="min-w-24 flex-1" />
      {shownBadges(badgesOf(entry), 2).map((badge) => (
        <Badge key={badge}>{badge}</Badge>
      ))}
      <span className="max-w-36 min-w-0 truncate text-g8">{stateText(entry) ?? formatFacts(media)}</span>
      <span className="w-11 shrink-0 text-right tabular-nums">
        {media.kind === 'still' ? 'still' : formatDuration(media.duration)}
      </span>
    </div>
  );
}
