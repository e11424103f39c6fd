import { flicks, type Flicks } from '../time/flicks.ts';
import { lastClipUpTo } from './clip-time.ts';
import { valueAt } from './keyframes.ts';
import type { AudioClip } from './timeline.ts';
import { DECLICK, type Voice, type VoiceEdge } from './voices.ts';

/** What becomes of a voice's two sides: left out = `ll` × left + `lr` × right, and so on. */
export type StereoGain = { readonly ll: number; readonly lr: number; readonly rl: number; readonly rr: number };

/**
 * A voice's gain at a time of its timeline: level (keyframes in dB, interpolated in dB), pan, fades, and the way it comes
 * and goes. Between clips in the same material that differ in level or pan it moves over 5 ms. `isMono`: both sides carry
 * the same channel.
 *
 * Pan has equal power. One channel in the middle sounds on both sides at its own level and at +3 dB when it is all on
 * one; two channels move as Web Audio's StereoPannerNode lets them (W3C Web Audio API 1.1, § 1.31.4): unchanged in the
 * middle, summed at the sides.
 */
export function gainAt(voice: Voice, time: number, isMono: boolean): StereoGain {
  const edges = edgeGain(voice.head, time, 'head') * edgeGain(voice.tail, time, 'tail');
  const index = Math.max(0, lastClipUpTo(voice.clips, flicks(Math.floor(time))));
  const seam = seamAt(voice, index, time);
  if (seam === undefined) return scaled(clipGain(voice.clips[index] ?? voice.clip, voice, time, isMono), edges);
  const [before, after] = [clipGain(seam.before, voice, time, isMono), clipGain(seam.after, voice, time, isMono)];
  return mixed(scaled(before, edges), scaled(after, edges), seam.progress);
}

/** Whether a voice's gain is the same all through [from, to): then one multiplication does for all of it. */
export function isSteady(voice: Voice, from: number, to: number): boolean {
  const { head, tail, clips } = voice;
  if (overlaps(head, from, to) || overlaps(tail, from, to)) return false;
  const first = Math.max(0, lastClipUpTo(clips, flicks(Math.floor(from))));
  for (let index = first; index < clips.length; index += 1) {
    const clip = clips[index];
    if (clip === undefined || clip.recordIn - DECLICK >= to) break;
    if (index > first) return false;
    if (clip.keyframes?.gainDb !== undefined || clip.keyframes?.pan !== undefined) return false;
    if (index > 0 && from < clip.recordIn + DECLICK) return false;
    if (index > 0 && clip.fadeIn > 0 && from < clip.recordIn + clip.fadeIn) return false;
    if (index < clips.length - 1 && clip.fadeOut > 0 && to > clip.recordIn + clip.duration - clip.fadeOut) return false;
  }
  return true;
}

function overlaps(edge: VoiceEdge, from: number, to: number): boolean {
  return edge.kind !== 'none' && edge.start < to && from < edge.end;
}

function edgeGain({ kind, start, end }: VoiceEdge, time: number, side: 'head' | 'tail'): number {
  if (kind === 'none' || end <= start) return 1;
  const passed = Math.min(1, Math.max(0, (time - start) / (end - start)));
  const share = side === 'head' ? passed : 1 - passed;
  if (share >= 1) return 1;
  switch (kind) {
    case 'cross':
      return Math.sin((share * Math.PI) / 2);
    case 'fade':
      return share;
    case 'declick':
      return Math.sin((share * Math.PI) / 2) ** 2;
  }
}

type Seam = { readonly before: AudioClip; readonly after: AudioClip; readonly progress: number };

/** The cut inside a voice that a time is near: within half of 5 ms. */
function seamAt({ clips }: Voice, index: number, time: number): Seam | undefined {
  const clip = clips[index];
  if (clip === undefined || clips.length < 2) return undefined;
  const [previous, next] = [clips[index - 1], clips[index + 1]];
  const half = DECLICK / 2;
  if (previous !== undefined && time < clip.recordIn + half) {
    return { before: previous, after: clip, progress: 0.5 + (time - clip.recordIn) / DECLICK };
  }
  if (next !== undefined && time > next.recordIn - half) {
    return { before: clip, after: next, progress: 0.5 + (time - next.recordIn) / DECLICK };
  }
  return undefined;
}

function clipGain(clip: AudioClip, voice: Voice, time: number, isMono: boolean): StereoGain {
  const offset = flicks(Math.round(time - clip.recordIn));
  const level = 10 ** (valueAt(clip.keyframes?.gainDb, offset, clip.gainDb) / 20) * innerFades(clip, voice, offset);
  return scaled(panned(valueAt(clip.keyframes?.pan, offset, clip.pan ?? 0), isMono), level);
}

/** Fades at cuts inside a voice; those at its ends are its edges. */
function innerFades(clip: AudioClip, voice: Voice, offset: Flicks): number {
  const rest = clip.duration - offset;
  const isFirst = clip === voice.clips[0];
  const isLast = clip === voice.clips.at(-1);
  const rising = isFirst || clip.fadeIn <= 0 ? 1 : Math.min(1, Math.max(0, offset / clip.fadeIn));
  const falling = isLast || clip.fadeOut <= 0 ? 1 : Math.min(1, Math.max(0, rest / clip.fadeOut));
  return rising * falling;
}

function panned(pan: number, isMono: boolean): StereoGain {
  const place = Math.min(1, Math.max(-1, pan));
  if (place === 0) return { ll: 1, lr: 0, rl: 0, rr: 1 };
  if (isMono) {
    const angle = ((place + 1) * Math.PI) / 4;
    return { ll: Math.SQRT2 * Math.cos(angle), lr: 0, rl: 0, rr: Math.SQRT2 * Math.sin(angle) };
  }
  const angle = ((place < 0 ? place + 1 : place) * Math.PI) / 2;
  return place < 0
    ? { ll: 1, lr: Math.cos(angle), rl: 0, rr: Math.sin(angle) }
    : { ll: Math.cos(angle), lr: 0, rl: Math.sin(angle), rr: 1 };
}

function scaled(gain: StereoGain, by: number): StereoGain {
  if (by === 1) return gain;
  return { ll: gain.ll * by, lr: gain.lr * by, rl: gain.rl * by, rr: gain.rr * by };
}

function mixed(a: StereoGain, b: StereoGain, progress: number): StereoGain {
  const between = (from: number, to: number) => (from === to ? from : from + (to - from) * progress);
  return { ll: between(a.ll, b.ll), lr: between(a.lr, b.lr), rl: between(a.rl, b.rl), rr: between(a.rr, b.rr) };
}
