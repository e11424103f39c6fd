import type { SoundKeyframes } from '../timeline/keyframes.ts';
import { ZERO_SECONDS, type Seconds } from '../time/seconds.ts';
import type { ImportedClip } from './handoff.ts';
import { animationOf, curveOf, paramNamed, type OwnTime } from './fcpxml-read-keyframes.ts';
import { numberAttribute, timeAttribute } from './fcpxml-read-types.ts';
import { child, childrenNamed, type XmlElement } from './xml-read.ts';

type Lose = (kind: 'channels' | 'fade' | 'gain' | 'pan', message: string) => void;

/** How sound is heard, as an imported clip has it. */
type ReadSound = Pick<ImportedClip, 'gainDb' | 'fadeIn' | 'fadeOut' | 'pan' | 'keyframes' | 'channels'>;

const LOUDEST_DB = 96;

/** Gain with fades and keyframes, panning, and the channels that are heard. */
export function readSound(item: XmlElement, time: OwnTime, lose: Lose): ReadSound {
  const own = volumeOf(item, time);
  const inner = innerVolume(item, time, lose);
  const panner = child(item, 'adjust-panner');
  const mode = panner?.attributes.get('mode')?.toLowerCase() ?? '1';
  const isStereo = ['0', '1', 'stereo', 'stereo left/right'].includes(mode);
  if (panner !== undefined && !isStereo) lose('pan', 'its surround panning is left out');
  const within = ([value = 0]: readonly number[]) => Math.min(1, Math.max(-1, value / 100));
  const pan = isStereo
    ? curveOf(
        animationOf(paramNamed(panner, 'amount'), time, 'linear'),
        within([numberAttribute(panner, 'amount') ?? 0]),
        within,
      )
    : { value: 0, curve: undefined };
  const gain = inner === undefined ? own : added(own, inner, lose);
  const keyframes: SoundKeyframes = {
    ...(gain.curve === undefined ? {} : { gainDb: gain.curve }),
    ...(pan.curve === undefined ? {} : { pan: pan.curve }),
  };
  return {
    gainDb: gain.value,
    fadeIn: gain.fadeIn,
    fadeOut: gain.fadeOut,
    pan: pan.value === 0 ? undefined : pan.value,
    keyframes: Object.keys(keyframes).length === 0 ? undefined : keyframes,
    channels: sourceChannels(item),
  };
}

type Volume = ReturnType<typeof curveOf> & { readonly fadeIn: Seconds; readonly fadeOut: Seconds };

function volumeOf(item: XmlElement, time: OwnTime): Volume {
  const volume = child(item, 'adjust-volume');
  const param = paramNamed(volume, 'amount');
  const within = ([value = 0]: readonly number[]) => Math.min(LOUDEST_DB, Math.max(-LOUDEST_DB, value));
  const constant = within([numberAttribute(volume, 'amount') ?? numberAttribute(param, 'value') ?? 0]);
  const fade = (side: string) => {
    const element = child(param, side);
    const duration = element === undefined ? undefined : timeAttribute(element, 'duration');
    return duration === undefined || duration.num < 0 ? ZERO_SECONDS : duration;
  };
  const curve = curveOf(animationOf(param, time, 'linear'), constant, within);
  return { ...curve, fadeIn: fade('fadeIn'), fadeOut: fade('fadeOut') };
}

/** The volume of the one component that is heard; several of their own are listed. */
function innerVolume(item: XmlElement, time: OwnTime, lose: Lose): Volume | undefined {
  const named = activeSources(item);
  const components = named.length > 0 ? named : childrenNamed(item, 'audio');
  if (components.some((component) => child(component, 'mute') !== undefined)) {
    lose('gain', 'muted ranges of its sound are heard');
  }
  const loud = components.filter((component) => child(component, 'adjust-volume') !== undefined);
  const [only, ...others] = loud;
  if (only === undefined) return undefined;
  if (others.length > 0 || components.length > 1) {
    lose('gain', 'components of its sound have volumes of their own, which are left out');
    return undefined;
  }
  return volumeOf(only, time);
}

function added(own: Volume, inner: Volume, lose: Lose): Volume {
  if (own.curve !== undefined && inner.curve !== undefined) {
    lose('gain', 'its volume is keyframed twice; that of its component is left out');
    return own;
  }
  const [curve, constant] = own.curve === undefined ? [inner.curve, own.value] : [own.curve, inner.value];
  return {
    value: own.value + inner.value,
    curve: curve?.map((key) => ({ ...key, value: key.value + constant })),
    fadeIn: own.fadeIn.num > 0 ? own.fadeIn : inner.fadeIn,
    fadeOut: own.fadeOut.num > 0 ? own.fadeOut : inner.fadeOut,
  };
}

/** The components of a clip's sound that are heard. */
function activeSources(item: XmlElement): readonly XmlElement[] {
  return item.children.filter(
    (source) =>
      (source.name === 'audio-channel-source' || source.name === 'audio-role-source') &&
      source.attributes.get('active') !== '0' &&
      source.attributes.get('enabled') !== '0',
  );
}

/** The source channels that are heard, from 1; empty where the file leaves it open. */
function sourceChannels(item: XmlElement): readonly number[] {
  const texts =
    item.name === 'audio'
      ? [item.attributes.get('srcCh') ?? '']
      : activeSources(item).map((source) => source.attributes.get('srcCh') ?? '');
  return texts
    .flatMap((text) => text.split(',').slice(0, 256).map(Number))
    .filter((channel) => Number.isInteger(channel) && channel > 0 && channel <= 4096);
}
