import type { ReactNode } from 'react';
import type { MediaEntry } from '../../../core/contract/model.ts';
import type { MediaId } from '../../../core/media/media.ts';
import { useEngine } from '../../engine-context.ts';
import { chooseCaptions } from '../../footage-in.ts';
import { shellBridge } from '../../shell/bridge.ts';
import { useBinStore } from '../../stores/bin.ts';
import { useBriefStore } from '../../stores/brief.ts';
import { toastFailure } from '../../stores/toasts.ts';
import { ContextMenu, type MenuItem } from '../../ui/menu.tsx';

type MediaMenuProps = {
  readonly entry: MediaEntry;
  readonly onOpen: (id: MediaId) => void;
  readonly children: ReactNode;
};

/** What can be done with one file of the bin. */
export function MediaMenu({ entry, onOpen, children }: MediaMenuProps) {
  const engine = useEngine();
  const { media, ingest } = entry;
  const bridge = shellBridge();
  const items: readonly MenuItem[] = [
    { label: 'Open in source viewer', shortcut: '⏎', onSelect: () => onOpen(media.id) },
    { label: 'Must be in the cut', onSelect: () => useBriefStore.getState().addMustUse([media.id]) },
    { label: 'Keep out of the cut', onSelect: () => useBriefStore.getState().addNeverUse([media.id]) },
    {
      label: 'Look at this first',
      disabledReason: ingest.state === 'waiting' ? undefined : 'Only clips that are still waiting can be moved up.',
      onSelect: () => {
        engine.client.media
          .prioritise({ mediaId: media.id })
          .catch((error: unknown) => toastFailure('The order could not be changed.', error));
      },
    },
    {
      label: media.online ? 'Link to another file…' : 'Find…',
      onSelect: () => useBinStore.getState().relink(media.id),
    },
    ...(media.audio.length === 0
      ? []
      : [{ label: 'Read captions…', onSelect: () => chooseCaptions(media.id) } satisfies MenuItem]),
    ...(bridge === undefined
      ? []
      : [{ label: 'Show file', onSelect: () => void bridge.revealFile(media.path) } satisfies MenuItem]),
    {
      label: 'Remove from project',
      destructive: true,
      onSelect: () => {
        engine.client.media
          .remove({ mediaId: media.id })
          .catch((error: unknown) => toastFailure(`'${media.name}' could not be removed.`, error));
      },
    },
  ];
  return <ContextMenu items={items}>{children}</ContextMenu>;
}
