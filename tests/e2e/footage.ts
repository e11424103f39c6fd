import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FFMPEG = process.env['MONTAGE_FFMPEG'] ?? 'ffmpeg';
const SECONDS = 6;

/** Pictures that differ, each with its own tone. */
const SCENES = [
  { name: 'harbour_take1.mp4', picture: 'testsrc2=size=640x360:rate=25', tone: 440 },
  { name: 'harbour_take2.mp4', picture: 'mandelbrot=size=640x360:rate=25:maxiter=200', tone: 330 },
  { name: 'workshop.mp4', picture: 'smptehdbars=size=640x360:rate=25', tone: 220 },
  { name: 'street.mp4', picture: 'life=size=640x360:rate=25:ratio=0.1:seed=7:mold=10', tone: 550 },
] as const;

/** What somebody says in `workshop.mp4`, beside the footage. */
const CAPTIONS = `1
00:00:01,000 --> 00:00:03,000
We plane the wood, um, by hand.

2
00:00:04,000 --> 00:00:05,000
Then we oil it.
`;

/** A folder as a card reader gives it: four clips in a subfolder, music with a steady beat, and a file that is no media. */
export function makeFootage(folder: string): string {
  const card = join(folder, 'Card 1');
  mkdirSync(join(card, 'Day 1'), { recursive: true });
  for (const { name, picture, tone } of SCENES) {
    run(
      ['-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', `sine=frequency=${tone}:sample_rate=48000`],
      ['-t', String(SECONDS), '-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac'],
      join(card, 'Day 1', name),
    );
  }
  const beat = '0.7*sin(2*PI*80*t)*exp(-18*mod(t,0.5))';
  run(['-f', 'lavfi', '-i', `aevalsrc=exprs='${beat}':s=48000:d=24`], ['-c:a', 'pcm_s16le'], join(card, 'beat.wav'));
  writeFileSync(join(card, 'notes.docx'), 'not media');
  writeFileSync(join(folder, 'workshop.srt'), CAPTIONS);
  return card;
}

function run(inputs: readonly string[], options: readonly string[], output: string): void {
  execFileSync(FFMPEG, ['-v', 'error', '-y', '-threads', '2', ...inputs, ...options, output]);
}
