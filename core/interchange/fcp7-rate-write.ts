import { nominalFps, type Rate } from '../time/rate.ts';
import { formatTimecode } from '../time/timecode.ts';
import { leaf, node, type XmlNode } from './xml-write.ts';

/** TRUE or FALSE, as xmeml spells them. */
export function flag(value: boolean): string {
  return value ? 'TRUE' : 'FALSE';
}

/** 30000/1001 is timebase 30 with ntsc TRUE. */
export function rateNode(rate: Rate): XmlNode {
  return node('rate', {}, [leaf('timebase', nominalFps(rate)), leaf('ntsc', flag(rate.den === 1001))]);
}

/** A timecode by its frame count, which decides, and as text. */
export function timecodeNode(frame: number, rate: Rate, dropFrame: boolean, reel?: string): XmlNode {
  return node('timecode', {}, [
    rateNode(rate),
    leaf('string', formatTimecode(frame, { rate, dropFrame })),
    leaf('frame', frame),
    leaf('displayformat', dropFrame ? 'DF' : 'NDF'),
    reel === undefined ? undefined : node('reel', {}, [leaf('name', reel)]),
  ]);
}

/** Size and rate of pictures: always stated, or programs wait for media. */
export function pictureCharacteristics(rate: Rate | undefined, width: number, height: number): XmlNode {
  return node('samplecharacteristics', {}, [
    rate === undefined ? undefined : rateNode(rate),
    leaf('width', width),
    leaf('height', height),
    leaf('anamorphic', 'FALSE'),
    leaf('pixelaspectratio', 'square'),
    leaf('fielddominance', 'none'),
  ]);
}

export function audioCharacteristics(sampleRateHz: number): XmlNode {
  return node('samplecharacteristics', {}, [leaf('depth', 16), leaf('samplerate', sampleRateHz)]);
}
