import { flicks } from '../../../core/time/flicks.ts';
import { markerId, type Marker } from '../../../core/timeline/timeline.ts';
import { atFrame, picture, sound, timelineOf } from './footage.ts';

/** Two abutting takes with sound, L-cut: the first sound ends 5 frames after its picture. */
export const interview = () =>
  timelineOf(
    [
      [
        picture({ id: 'x', at: 0, frames: 50, sourceIn: 100, link: 'x' }),
        picture({ id: 'y', at: 50, frames: 50, sourceIn: 300, link: 'y' }),
        picture({ id: 'z', at: 120, frames: 30, sourceIn: 10 }),
      ],
    ],
    [
      [
        sound({ id: 'xa', at: 0, frames: 55, sourceIn: atFrame(100), link: 'x' }),
        sound({ id: 'ya', at: 55, frames: 45, sourceIn: atFrame(305), link: 'y' }),
      ],
      [sound({ id: 'bed', media: 'music', at: 0, frames: 150 })],
    ],
  );

/** A red marker 5 frames in. */
export function marker(id: string, changes: Partial<Marker> = {}): Marker {
  return { id: markerId(id), at: atFrame(5), duration: flicks(0), name: id, note: '', colour: 'red', ...changes };
}
