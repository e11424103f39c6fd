import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whisperFeatures } from '../core/analysis/log-mel.ts';
import { clusterSpeakers } from '../core/analysis/speaker-clusters.ts';
import { runProgram } from '../native/process/programs.ts';
import { confusion, plainClusters, speakerSet } from '../tests/core/analysis/speaker-sets.ts';
import { realText } from '../tests/core/transcript/rover-cases.ts';
import { dialogueOf, judged, singleVoices, turnsOf, voiceOf } from '../tests/media/dialogues.ts';
import { mediaRoot } from '../tests/media-root.ts';
import { writeResults } from './results.ts';
import {
  featureRow,
  overheadRow,
  singleWordRow,
  stitchRow,
  whisperRows,
  wordTimeRows,
  type SpeechRow,
} from './speech-rows.ts';

/** Who speaks, and what speech costs before a recogniser hears it. Seeds and pairs are others than those of the tests. */
const rows: SpeechRow[] = [];
const add = (what: string, name: string, value: number | string, reach: string) =>
  rows.push({ what, case: name, value, reach });

const sets = Array.from({ length: 45 }, (_, index) => speakerSet(1009 + index));
const found = sets.map(({ windows, truth, speakers }) => {
  const ours = clusterSpeakers(windows);
  return { exact: ours.speakers === speakers, ours: confusion(truth, ours.labels), windows, truth };
});
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
add('clusters of 2–10 generated speakers', 'exact count', mean(found.map(({ exact }) => (exact ? 1 : 0))), '≥ 0.9');
add('clusters of 2–10 generated speakers', 'wrong time', mean(found.map(({ ours }) => ours)), '≤ half of plain');
for (const threshold of [0.75, 0.8, 0.85]) {
  const plain = found.slice(0, 18).map(({ windows, truth }) => confusion(truth, plainClusters(windows, threshold)));
  add('clusters of 2–10 generated speakers', `plain, average linkage up to ${threshold}: wrong time`, mean(plain), '');
}

async function dialogues(kind: string, voices: ReadonlyMap<string, Float32Array>): Promise<void> {
  const names = [...voices.keys()];
  for (const [index, first] of names.entries()) {
    for (const second of names.slice(index + 1)) {
      const pair = [first, second].flatMap((name) => voices.get(name) ?? []);
      const dialogue = dialogueOf(pair, 90, 5003 + index);
      const turns = turnsOf(dialogue);
      const { truth, heard, changesWithinSecond } = judged(dialogue, turns);
      const seconds = Math.round(dialogue.speech.reduce((sum, { start, end }) => sum + end - start, 0) / 705_600_000);
      const name = `${first} and ${second}, ${seconds} s`;
      add(`two ${kind} voices, no model: speech time right`, name, 1 - confusion(truth, heard), '≥ 0.85');
      add(`two ${kind} voices, no model: changes within 1 s`, name, changesWithinSecond, '1');
    }
  }
}

if (mediaRoot === undefined) add('two real voices', '', 'skipped: no real media here', '');
else {
  const paths = Object.entries(singleVoices(mediaRoot));
  await dialogues(
    'real',
    new Map(await Promise.all(paths.map(async ([name, path]) => [name, await voiceOf(path)] as const))),
  );
}

const folder = await mkdtemp(join(tmpdir(), 'montage-bench-'));
try {
  const text = realText('guides').slice(100, 260).join(' ');
  const voices = new Map<string, Float32Array>();
  for (const voice of ['en-us+m3', 'en-gb+f2', 'en-us+m7']) {
    const path = join(folder, `${voice}.wav`);
    await runProgram('espeak-ng', ['-v', voice, '-s', '160', '-w', path, text]).catch(() => undefined);
    if (existsSync(path)) voices.set(voice, await voiceOf(path));
  }
  if (voices.size < 2) add('two synthetic voices', '', 'skipped: espeak-ng is not here', '');
  else await dialogues('synthetic', voices);
  rows.push(await featureRow(), await singleWordRow(), stitchRow(), await overheadRow(folder));
  rows.push(...(await wordTimeRows(folder)), ...(await whisperRows(folder)));
} finally {
  await rm(folder, { recursive: true, force: true });
}

const sound = Float32Array.from({ length: 480_000 }, (_, n) => Math.sin(n * n * 1e-7) * 0.3);
whisperFeatures(sound);
const before = process.cpuUsage();
for (let n = 0; n < 5; n++) whisperFeatures(sound);
add("Whisper's features of 30 s", 'CPU s', process.cpuUsage(before).user / 5e6, '');
await writeResults('speech', {
  what: 'Who speaks (shares of speech time); what is around a recogniser: features, joining, word times, cost.',
  rows,
});
