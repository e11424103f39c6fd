import { frameOfTime, nominalFps } from '../../../core/time/rate.ts';
import { clipAt } from '../../../core/timeline/clip-time.ts';
import { layersAt } from '../../../core/timeline/composite.ts';
import type { SourceLookup, Timeline } from '../../../core/timeline/timeline.ts';
import type { Command } from '../../commands.ts';
import { usePlayerStore } from '../../stores/player.ts';
import { cutFrames } from '../timeline/timeline-edits.ts';
import { timeOf } from '../timeline/geometry.ts';
import { audioSwitch } from './use-program.ts';

const state = () => usePlayerStore.getState();
const loaded = () => state().player !== null && state().frameCount > 0;

/** Sound may start only from something the user did, so every play key wakes it. */
function withSound(play: () => void): () => void {
  return () => {
    audioSwitch.wake();
    play();
  };
}

/** Goes to the next (or previous) cut of the sequence, or to the end. */
function stepEdit(timeline: Timeline | null, direction: 1 | -1): void {
  const { frames, mode, seek, frameCount } = state();
  const at = frames[mode];
  const cuts = mode === 'program' && timeline !== null ? cutFrames(timeline) : [0, frameCount - 1];
  const next = direction > 0 ? cuts.find((cut) => cut > at) : cuts.findLast((cut) => cut < at);
  seek(next ?? (direction > 0 ? frameCount : 0));
}

/** Marks in and out around the clip under the playhead. */
function markClip(timeline: Timeline | null): void {
  const { frames, mode, frameCount } = state();
  if (mode === 'source' || timeline === null) {
    usePlayerStore.setState((store) => ({ ranges: { ...store.ranges, [store.mode]: { in: 0, out: frameCount - 1 } } }));
    return;
  }
  const at = timeOf(frames.program, timeline.rate);
  const clip = timeline.tracks
    .map((track) => clipAt<(typeof track.clips)[number]>(track.clips, at))
    .find((found) => found !== undefined);
  if (clip === undefined) return;
  const start = frameOfTime(clip.recordIn, timeline.rate, 'nearest');
  const end = start + frameOfTime(clip.duration, timeline.rate, 'nearest') - 1;
  usePlayerStore.setState((store) => ({ ranges: { ...store.ranges, program: { in: start, out: end } } }));
}

/** Opens the file that is seen at the playhead in the source viewer, at exactly that frame. */
function matchFrame(timeline: Timeline | null, sources: SourceLookup): void {
  const { frames, mode, showSource } = state();
  if (mode !== 'program' || timeline === null) return;
  const layer = layersAt(timeline, sources, timeOf(frames.program, timeline.rate)).at(-1);
  if (layer === undefined) return;
  showSource(layer.clip.mediaId);
  // The viewer seeks to it when it mounts the file.
  usePlayerStore.setState((store) => ({ frames: { ...store.frames, source: layer.frame } }));
}

/** Transport and marking; they count wherever the focus is. `timeline` is what is shown at the moment. */
export function transportCommands(timeline: () => Timeline | null, sources: () => SourceLookup): readonly Command[] {
  const play = (id: string, label: string, run: () => void): Command => ({
    id,
    label,
    group: 'Play',
    when: loaded,
    run,
  });
  const second = () => {
    const shown = timeline();
    return shown === null ? 25 : nominalFps(shown.rate);
  };
  return [
    play(
      'transport.playStop',
      'Play or stop',
      withSound(() => state().toggle()),
    ),
    play(
      'transport.shuttleForward',
      'Play forward, faster',
      withSound(() => state().shuttle(1)),
    ),
    play(
      'transport.shuttleBack',
      'Play backward, faster',
      withSound(() => state().shuttle(-1)),
    ),
    play('transport.stop', 'Stop', () => state().stop()),
    play('transport.frameBack', 'One frame back', () => state().step(-1)),
    play('transport.frameForward', 'One frame forward', () => state().step(1)),
    play('transport.jumpBack', 'One second back', () => state().step(-second())),
    play('transport.jumpForward', 'One second forward', () => state().step(second())),
    play('transport.previousEdit', 'Previous edit', () => stepEdit(timeline(), -1)),
    play('transport.nextEdit', 'Next edit', () => stepEdit(timeline(), 1)),
    play('transport.toStart', 'Go to start', () => state().seek(0)),
    play('transport.toEnd', 'Go to end', () => state().seek(state().frameCount)),
    play('mark.in', 'Mark in', () => state().mark('in')),
    play('mark.out', 'Mark out', () => state().mark('out')),
    play('mark.clear', 'Clear in and out', () => state().mark('clear')),
    play('viewer.matchFrame', 'Match frame in source viewer', () => matchFrame(timeline(), sources())),
    play('mark.clip', 'Mark clip', () => markClip(timeline())),
  ];
}
