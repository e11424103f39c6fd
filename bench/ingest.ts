import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { primaryVideo } from '../core/media/media.ts';
import { ANALYSERS } from '../native/analysers/registry.ts';
import { ArtifactStore } from '../native/artifacts/store.ts';
import { findFfmpeg, type FfmpegTools } from '../native/ffmpeg/find.ts';
import { checkInput, inputArgs } from '../native/ffmpeg/input.ts';
import { runFfmpeg } from '../native/ffmpeg/run.ts';
import { randomIds } from '../native/ids.ts';
import { detectShots } from '../native/ingest/detect-shots.ts';
import { ingest } from '../native/ingest/ingest.ts';
import { planPass } from '../native/ingest/pass-plan.ts';
import { inspectMedia } from '../native/media/probe.ts';
import { mediaRoot } from '../tests/media-root.ts';
import { median, timed } from './cpu.ts';
import { writeResults } from './results.ts';

/**
 * CPU seconds of ingest (this process with its workers, and its children) against a bare decode of the picture and
 * against decode + the same proxy encode. Runs of the three are interleaved; the medians of five are compared. The worker
 * that measures stays warm from file to file, as it does in an import: what its start costs shows in the first run alone,
 * which has a column of its own. Short clips show what a start of ffmpeg and our files on disk cost; the long one does not.
 *
 * Beside it, once: ffmpeg's own tools for the same questions one after another, each with its own decode, as a script runs
 * them; and shot detection alone (`montage shots`) in the same rounds as the others.
 */
const FILES = [
  'burned_in_tc_2997_in_25fps_container.mp4',
  'bbb_1080p60_2s_5_1.mp4',
  'tears_of_steel_1920x800_vp9.webm',
  'woman_dog_outdoor_720p2997.mp4',
];
/** A 1080p film of half a minute at 25 fps: two seconds at 60 fps, slowed down and repeated without encoding anew. */
const LONG = { name: 'half a minute of 1080p25', picture: 'bbb_1080p60_2s_5_1.mp4', sound: 'german_reading_68s.mp3' };
const RUNS = 5;
async function makeLong(root: string, folder: string): Promise<string> {
  const path = join(folder, 'half-minute.mp4');
  const picture = ['-itsscale', '2.4', '-stream_loop', '-1', '-i', join(root, 'video', LONG.picture)];
  const sound = ['-i', join(root, 'audio', LONG.sound)];
  const copied = ['-map', '0:v', '-map', '1:a', '-c:v', 'copy', '-c:a', 'aac', '-ac', '2', '-t', '30'];
  await runFfmpeg(await findFfmpeg(), { args: [...picture, ...sound, ...copied, path], stage: 'bench' });
  return path;
}

/** What a script asks ffmpeg for, one after another; each decodes anew. */
const PICTURE_TOOLS: readonly (readonly string[])[] = [
  ['-vf', 'scdet', '-an'],
  ['-vf', 'blackdetect', '-an'],
  ['-vf', 'freezedetect', '-an'],
  ['-vf', 'cropdetect', '-an'],
  ['-vf', 'signalstats', '-an'],
  ['-vf', 'blurdetect', '-an'],
  ['-vf', 'fps=2,scale=320:-2', '-c:v', 'mjpeg', '-an'],
];
const SOUND_TOOLS: readonly (readonly string[])[] = [
  ['-af', 'aformat=channel_layouts=stereo,ebur128=peak=true', '-vn'],
  ['-af', 'silencedetect', '-vn'],
  ['-af', 'astats', '-vn'],
  ['-ar', '16000', '-ac', '1', '-vn'],
];

async function oneAfterAnother(input: readonly string[], hasSound: boolean, tools: FfmpegTools): Promise<number> {
  let cpu = 0;
  for (const args of [...PICTURE_TOOLS, ...(hasSound ? SOUND_TOOLS : [])]) {
    cpu += await timed(() => runFfmpeg(tools, { args: [...input, ...args, '-f', 'null', '-'], stage: 'bench' }));
  }
  return cpu;
}

async function measureFile(path: string, folder: string) {
  const tools = await findFfmpeg();
  const { facts } = await inspectMedia(path, { tools });
  const input = await checkInput(path);
  const stream = String(primaryVideo(facts)?.index ?? 0);
  const nothing = { thumbnails: false, analysisFrames: false, sound: false, speech: false };
  const proxyOnly = planPass(input, facts, { ...nothing, proxyLines: 540 }, join(folder, 'proxy.mp4')).args;
  const bare = [...inputArgs(input), '-map', `0:${stream}`, '-fps_mode', 'passthrough', '-f', 'null', '-'];
  const whole = async () => {
    const artifacts = new ArtifactStore(mkdtempSync(join(folder, 'store-')), randomIds);
    await ingest({ path, facts }, { proxyLines: 540, analysers: ANALYSERS.map(({ id }) => id) }, { tools, artifacts });
  };
  const times: Record<'decode' | 'proxy' | 'ingest' | 'shots', number[]> = {
    decode: [],
    proxy: [],
    ingest: [],
    shots: [],
  };
  for (let run = 0; run < RUNS; run++) {
    times.decode.push(await timed(() => runFfmpeg(tools, { args: bare, stage: 'bench' })));
    times.proxy.push(await timed(() => runFfmpeg(tools, { args: proxyOnly, stage: 'bench' })));
    times.ingest.push(await timed(whole));
    times.shots.push(await timed(() => detectShots(path, { facts, tools })));
  }
  const separate = await oneAfterAnother(inputArgs(input), facts.audio.length > 0, tools);
  const [decode, proxy, all] = [median(times.decode), median(times.proxy), median(times.ingest)];
  const shots = median(times.shots);
  const size = primaryVideo(facts);
  return {
    size: `${size?.width ?? 0}×${size?.height ?? 0}`,
    ...{ decodeCpuS: decode, decodeAndProxyCpuS: proxy, ingestCpuS: all },
    firstIngestCpuS: times.ingest[0] ?? 0,
    ...{ ingestPerDecode: all / decode, ingestPerDecodeAndProxy: all / proxy },
    ...{ toolsCpuS: proxy + separate, ingestPerTools: all / (proxy + separate) },
    ...{ shotsCpuS: shots, shotsPerDecode: shots / decode },
  };
}

if (mediaRoot === undefined) console.error('bench ingest: skipped, set MONTAGE_TEST_MEDIA to a folder with footage');
else {
  const folder = mkdtempSync(join(tmpdir(), 'montage-bench-'));
  try {
    const rows = [];
    const long = await makeLong(mediaRoot, folder);
    rows.push({ file: LONG.name, ...(await measureFile(long, folder)) });
    for (const file of FILES) rows.push({ file, ...(await measureFile(join(mediaRoot, 'video', file), folder)) });
    await writeResults('ingest', {
      what: 'CPU seconds of ingest with all analysers (children included, medians of 5 interleaved runs)',
      rows,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
