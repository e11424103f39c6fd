import type { Followed } from '../../../core/analysis/reframe.ts';
import type { Timeline } from '../../../core/timeline/timeline.ts';
import type { Command } from '../../commands.ts';
import { plural } from '../../format.ts';
import { useSelectionStore } from '../../stores/selection.ts';
import { askForEdit } from '../../stores/timeline.ts';
import { useToastsStore } from '../../stores/toasts.ts';
import type { OnTimeline } from './shape-commands.ts';

type Shape = {
  readonly id: string;
  /** As in "Reframe to …". */
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly several?: 'split';
};

const SHAPES: readonly Shape[] = [
  { id: 'edit.reframe9x16', name: 'upright 9:16, following faces', width: 1080, height: 1920 },
  {
    id: 'edit.reframe9x16split',
    name: 'upright 9:16, two people above each other',
    width: 1080,
    height: 1920,
    several: 'split',
  },
  { id: 'edit.reframe4x5', name: 'portrait 4:5, following faces', width: 1080, height: 1350 },
  { id: 'edit.reframe1x1', name: 'square 1:1, following faces', width: 1080, height: 1080 },
  { id: 'edit.reframe16x9', name: 'wide 16:9, following faces', width: 1920, height: 1080 },
];

const SUBJECTS: Readonly<Record<keyof Followed, string>> = {
  faces: 'faces',
  objects: 'persons and animals',
  saliency: 'what stands out',
  centre: 'the middle',
};

/** "Follows faces in 3 shots and the middle in 1." */
export function followedText(followed: Followed): string {
  const parts = followedSubjects(followed).map(({ subject, shots }, index) => {
    const unit = index > 0 ? '' : shots === 1 ? ' shot' : ' shots';
    return `${SUBJECTS[subject]} in ${shots}${unit}`;
  });
  const last = parts.pop() ?? 'nothing';
  return `Follows ${parts.length === 0 ? last : `${parts.join(', ')} and ${last}`}.`;
}

/** "Two people above each other in 3 clips." */
function splitText(clips: number): string {
  if (clips === 0) return 'No clip shows two people throughout who do not fit side by side.';
  return `Two people above each other in ${plural(clips, 'clip')}.`;
}

function followedSubjects({ faces, objects, saliency, centre }: Followed) {
  const all = [
    { subject: 'faces', shots: faces },
    { subject: 'objects', shots: objects },
    { subject: 'saliency', shots: saliency },
    { subject: 'centre', shots: centre },
  ] as const;
  return all.filter(({ shots }) => shots > 0);
}

async function reframe({ width, height, several }: Shape): Promise<void> {
  const made = await askForEdit('The sequence could not be reframed.', (engine, target) =>
    engine.client.timeline.reframe({ ...target, width, height, several }),
  );
  if (made?.kind !== 'applied') return;
  const parts = [
    `${width} × ${height}.`,
    followedText(made.followed),
    ...(several === 'split' ? [splitText(made.split)] : []),
  ];
  useToastsStore.getState().add({ kind: 'note', text: parts.join(' ') });
}

/** The audio tracks of the selected clips. */
function chosenTracks(timeline: Timeline) {
  const { clips } = useSelectionStore.getState();
  const chosen = timeline.tracks.filter(
    (track) => track.kind === 'audio' && track.clips.some(({ id }) => clips.has(id)),
  );
  return chosen.map(({ id }) => id);
}

async function duck(timeline: Timeline): Promise<void> {
  const music = chosenTracks(timeline);
  if (music.length === 0) {
    useToastsStore.getState().add({ kind: 'note', text: 'Select the music first: its track is lowered under speech.' });
    return;
  }
  await askForEdit('The music could not be lowered.', (engine, target) =>
    engine.client.timeline.duck({ ...target, music, speech: null }),
  );
}

/** Edits that the engine makes of what it knows of the footage. */
export function footageCommands(on: OnTimeline): readonly Command[] {
  return [
    ...SHAPES.map((shape) => on(shape.id, `Reframe to ${shape.name}`, () => void reframe(shape))),
    on('edit.duck', 'Lower the selected music under speech', (timeline) => void duck(timeline)),
  ];
}
