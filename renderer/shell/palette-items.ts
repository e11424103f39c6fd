import type { Command } from '../commands.ts';
import type { MediaEntry } from '../../core/contract/model.ts';

/** One line of the palette. */
export type PaletteItem = {
  readonly id: string;
  readonly label: string;
  readonly kind: string;
  readonly enabled: boolean;
  readonly run: () => void;
};

/** Whether every word occurs, and how early the first one does: lower is better; undefined when one is missing. */
export function matchRank(label: string, query: string): number | undefined {
  const text = label.toLowerCase();
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.every((word) => text.includes(word))) return undefined;
  const [first] = words;
  if (first === undefined) return 0;
  const at = text.indexOf(first);
  return text.startsWith(first) ? 0 : text.charAt(at - 1) === ' ' ? 1 : 2;
}

/** Commands and clips that match, commands run last first when nothing is typed. */
export function paletteItems(
  commands: Iterable<Command>,
  media: Iterable<MediaEntry>,
  recent: readonly string[],
  query: string,
  openMedia: (entry: MediaEntry) => void,
): readonly PaletteItem[] {
  const asCommand = (command: Command): PaletteItem => ({
    id: command.id,
    label: command.label,
    kind: command.group,
    enabled: command.when?.() !== false,
    run: command.run,
  });
  const asMedia = (entry: MediaEntry): PaletteItem => ({
    id: entry.media.id,
    label: entry.media.name,
    kind: 'Clip',
    enabled: true,
    run: () => openMedia(entry),
  });
  const known = [...commands].filter((command) => command.id !== 'app.palette').map(asCommand);
  if (query.trim() === '') {
    const place = (item: PaletteItem) => (recent.includes(item.id) ? recent.indexOf(item.id) : recent.length);
    return known.sort((a, b) => place(a) - place(b) || a.label.localeCompare(b.label));
  }
  return [...known, ...[...media].map(asMedia)]
    .flatMap((item) => {
      const rank = matchRank(item.label, query);
      return rank === undefined ? [] : [{ item, rank }];
    })
    .sort(
      (a, b) =>
        Number(b.item.enabled) - Number(a.item.enabled) || a.rank - b.rank || a.item.label.localeCompare(b.item.label),
    )
    .map(({ item }) => item);
}
