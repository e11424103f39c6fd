import { join } from 'node:path';
import { findFfmpeg } from '../native/ffmpeg/find.ts';
import { runFfmpeg } from '../native/ffmpeg/run.ts';
import { detectShots } from '../native/ingest/detect-shots.ts';
import { inspectMedia } from '../native/media/probe.ts';
import { mediaRoot } from '../tests/media-root.ts';
import { median, timed } from './cpu.ts';
import { writeResults } from './results.ts';

const RUNS = 5;

const COST_FILES = [
  'burned_in_tc_2997_in_25fps_container.mp4',
  'tears_of_steel_1920x800_vp9.webm',
  'woman_dog_outdoor_720p2997.mp4',
];

/** CPU of finding shots in a film that was inspected, against a bare decode, after a first run of each that is not counted. */
async function cost(root: string) {
  const tools = await findFfmpeg();
  const rows = [];
  for (const file of COST_FILES) {
    const path = join(root, 'video', file);
    const { facts } = await inspectMedia(path, { tools });
    const bare = ['-i', path, '-map', '0:v:0', '-fps_mode', 'passthrough', '-f', 'null', '-'];
    const [decode, shots, withKeys]: [number[], number[], number[]] = [[], [], []];
    for (let run = -1; run < RUNS; run++) {
      const [a, b, c] = [
        await timed(() => runFfmpeg(tools, { args: bare, stage: 'bench' })),
        await timed(() => detectShots(path, { tools, facts })),
        await timed(() => detectShots(path, { tools, facts, keyFrames: true })),
      ];
      if (run >= 0) decode.push(a);
      if (run >= 0) shots.push(b);
      if (run >= 0) withKeys.push(c);
    }
    rows.push({
      ...{ film: file, decodeCpuS: median(decode), shotsCpuS: median(shots) },
      ...{ shotsPerDecode: median(shots) / median(decode), reach: 1.12 },
      withKeyFramesPerDecode: median(withKeys) / median(decode),
    });
  }
  return rows;
}

if (mediaRoot === undefined) console.error('bench shot-cost: skipped, set MONTAGE_TEST_MEDIA to a folder with footage');
else {
  const what =
    'CPU of finding shots ÷ CPU of a bare decode of the same film, medians of 5 interleaved runs; with a key frame for each shot beside it, which takes the scores too. Pictures of 160 × 90 are sampled from the film; the decoder leaves deblocking out where no other picture rests on it, and takes no more threads than there are cores.';
  await writeResults('shot-cost', { what, rows: await cost(mediaRoot) });
}
