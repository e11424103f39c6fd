import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sameFrameTimes } from '../../core/media/timing.ts';
import { findFfmpeg } from '../../native/ffmpeg/find.ts';
import { checkInput } from '../../native/ffmpeg/input.ts';
import { runPass } from '../../native/ingest/pass.ts';
import { readFrameTimes } from '../../native/ingest/proxy-times.ts';
import { frameTable, inspectMedia } from '../../native/media/probe.ts';
import { mediaRoot } from '../media-root.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const files = mediaRoot === undefined ? [] : readdirSync(join(mediaRoot, 'video')).sort();
const wishes = { proxyLines: 540, thumbnails: false, analysisFrames: true, sound: false, speech: false } as const;
const sink = { speech: async () => undefined, thumbnail: async () => undefined };

describe.skipIf(mediaRoot === undefined)('proxies of all real footage', () => {
  test.each(files)('%s: the frame times are those of a plain decode of the source', async (name) => {
    const tools = await findFfmpeg();
    const input = await checkInput(join(mediaRoot ?? '', 'video', name));
    const { facts } = await inspectMedia(input.path, { tools });
    const proxyPath = join(temporaryFolder(), 'proxy.mp4');
    await runPass(tools, { input, facts, wishes, analysers: [], peaks: false, proxyPath, sink });
    const proxy = await readFrameTimes(proxyPath);
    const decoded = await frameTable(input.path, facts.video[0]?.index ?? 0, { tools, exact: true });
    expect(decoded.ticks.length).toBeGreaterThan(0);
    expect(proxy?.ticks.length).toBe(decoded.ticks.length);
    expect(proxy !== undefined && sameFrameTimes(proxy, decoded)).toBe(true);
  });
});
