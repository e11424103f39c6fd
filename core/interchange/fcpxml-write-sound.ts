import { channelsOfStream } from '../media/channels.ts';
import { frameDuration } from '../time/rate.ts';
import { secondsOfFlicks, type Seconds } from '../time/seconds.ts';
import type { AudioClip } from '../timeline/timeline.ts';
import type { Cut, CutClip } from './export-cut.ts';
import { numberText, timeText } from './fcpxml-format.ts';
import { animatedParam, jointCurve } from './fcpxml-write-keyframes.ts';
import { listCurveLosses } from './fcpxml-write-picture.ts';
import { node, type XmlNode } from './xml-write.ts';

/** Volume with fades and keyframes, and panning; bare decibels, which Resolve reads too. */
export function soundNodes(cut: Cut, item: CutClip<AudioClip>, start: Seconds): readonly (XmlNode | undefined)[] {
  const { clip } = item;
  const curveOf = (curve: Exclude<AudioClip['keyframes'], undefined>['gainDb'], constant: number) => {
    const joint = jointCurve([curve], [constant], frameDuration(cut.timeline.rate));
    listCurveLosses(cut, item, joint);
    return joint;
  };
  const gain = curveOf(clip.keyframes?.gainDb, clip.gainDb);
  const pan = curveOf(clip.keyframes?.pan, clip.pan ?? 0);
  const fades = [fadeNode('fadeIn', clip.fadeIn), fadeNode('fadeOut', clip.fadeOut)];
  const hasFade = fades.some((fade) => fade !== undefined);
  const decibels = ([value = 0]: readonly number[]) => numberText(value);
  const percent = ([value = 0]: readonly number[]) => numberText(value * 100);
  const volume =
    gain !== undefined
      ? animatedParam('amount', gain, start, 'both', decibels, fades)
      : hasFade
        ? node('param', { name: 'amount' }, fades)
        : undefined;
  return [
    clip.gainDb === 0 && volume === undefined
      ? undefined
      : node('adjust-volume', { amount: numberText(clip.gainDb) }, [volume]),
    (clip.pan ?? 0) === 0 && pan === undefined
      ? undefined
      : node('adjust-panner', { mode: 1, amount: numberText((clip.pan ?? 0) * 100) }, [
          pan === undefined ? undefined : animatedParam('amount', pan, start, 'both', percent),
        ]),
  ];
}

function fadeNode(name: string, duration: AudioClip['fadeIn']): XmlNode | undefined {
  return duration === 0 ? undefined : node(name, { type: 'linear', duration: timeText(secondsOfFlicks(duration)) });
}

/**
 * Which of several streams and channels is heard, as one component per stream, or per channel where some of a stream are
 * chosen; a file with one stream that is heard whole needs no word.
 */
export function channelNodes(item: CutClip, sound: AudioClip): readonly XmlNode[] {
  const { audio } = item.media;
  if (audio.length < 2 && sound.channels === undefined) return [];
  return audio.flatMap((_, ordinal) => {
    const numbers = channelsOfStream(item.media, ordinal);
    const isHeard = ordinal === sound.streamOrdinal;
    const heard = numbers.filter((__, index) => sound.channels?.includes(index) ?? true);
    if (!isHeard || heard.length === numbers.length) return [channelNode(numbers, isHeard)];
    const silent = numbers.filter((number) => !heard.includes(number));
    return [channelNode(heard, true), channelNode(silent, false)].toSorted((a, b) =>
      String(a.attributes?.['srcCh']).localeCompare(String(b.attributes?.['srcCh']), 'en', { numeric: true }),
    );
  });
}

function channelNode(numbers: readonly number[], isActive: boolean): XmlNode {
  return node('audio-channel-source', { srcCh: numbers.join(', '), active: isActive ? undefined : 0 });
}
