import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sameFrameTimes } from '../../../core/media/timing.ts';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { checkInput } from '../../../native/ffmpeg/input.ts';
import { runPass } from '../../../native/ingest/pass.ts';
import { readFrameTimes } from '../../../native/ingest/proxy-times.ts';
import { frameTable, inspectMedia } from '../../../native/media/probe.ts';
import { mediaRoot } from '../../media-root.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

/** One of each kind of trouble; the deep tests take all files. */
const FILES = [
  'screenrec_vfr_57600tb.mp4',
  'roadtrip_vp9_profile2_10bit_23976.webm',
  'handheld_desk_sharp.mp4',
  'avi_mpeg4_mp3_23976.avi',
  'mov_rotate90_tiny.mov',
  'old_phone_3gp_h263_amr.3gp',
  'corrupted_bitstream_testsrc.mp4',
  'three_people_walk_up_480x270.gif',
  'flv_face.flv',
];
const wishes = { proxyLines: 540, thumbnails: false, analysisFrames: true, sound: false, speech: false } as const;
const sink = { speech: async () => undefined, thumbnail: async () => undefined };

describe.skipIf(mediaRoot === undefined)('frame times of proxies of real footage', () => {
  test.each(FILES)('%s: the proxy shows every decoded frame at its time', async (name) => {
    const tools = await findFfmpeg();
    const input = await checkInput(join(mediaRoot ?? '', 'video', name));
    const { facts } = await inspectMedia(input.path, { tools });
    const proxyPath = join(temporaryFolder(), 'proxy.mp4');
    const { table } = await runPass(tools, { input, facts, wishes, analysers: [], peaks: false, proxyPath, sink });
    const proxy = await readFrameTimes(proxyPath);
    // Two witnesses of their own: a plain decode of the source, and ffprobe's reading of the proxy.
    const decoded = await frameTable(input.path, facts.video[0]?.index ?? 0, { tools, exact: true });
    const seen = await frameTable(proxyPath, 0, { tools, exact: true });
    expect(decoded.ticks.length).toBeGreaterThan(0);
    if (table === undefined || proxy === undefined) throw new Error('no frame times');
    expect(sameFrameTimes(table, decoded)).toBe(true);
    expect(sameFrameTimes(proxy, decoded)).toBe(true);
    expect(sameFrameTimes(seen, decoded)).toBe(true);
  });
});
