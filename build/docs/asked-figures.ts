import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** A figure that was asked for, the values that the last benchmark measured, and, where it is missed, what limits it. */
export type Asked = {
  readonly limit: 'at least' | 'at most';
  readonly value: number;
  readonly unit: string;
  readonly what: string;
  /** None where it cannot be measured here. */
  readonly measured: readonly number[];
  readonly missed?: string;
};

function atLeast(value: number, unit: string, what: string, measured: readonly number[], missed?: string): Asked {
  return { limit: 'at least', value, unit, what, measured, ...(missed !== undefined && { missed }) };
}

function atMost(value: number, unit: string, what: string, measured: readonly number[], missed?: string): Asked {
  return { limit: 'at most', value, unit, what, measured, ...(missed !== undefined && { missed }) };
}

const results = z.object({ rows: z.array(z.record(z.string(), z.unknown())) });
type Row = Readonly<Record<string, unknown>>;

/**
 * The numbers in one column of `bench/results/<bench>.json`, of the rows that have one and are wanted.
 * @throws Error where no row is: a benchmark was renamed, or did not measure
 */
function column(bench: string, name: string, wanted: (row: Row) => boolean = () => true): readonly number[] {
  const file = new URL(`../../bench/results/${bench}.json`, import.meta.url);
  const { rows } = results.parse(JSON.parse(readFileSync(file, 'utf8')));
  const values = rows.filter(wanted).flatMap((row) => (typeof row[name] === 'number' ? [row[name]] : []));
  if (values.length === 0) throw new Error(`bench/results/${bench}.json holds no '${name}' of the rows asked for`);
  return values;
}

const where = (name: string, pattern: RegExp) => (row: Row) => pattern.test(String(row[name]));
const vision = (pattern: RegExp) => column('vision', 'measured', where('what', pattern));
const speech = (pattern: RegExp, inCase = /./) =>
  column('speech', 'value', (row) => pattern.test(String(row['what'])) && inCase.test(String(row['case'])));
const shots = (set: string, score: string) =>
  column('shots', score, (row) => row['set'] === set && row['method'] === 'Montage');
const rivals = (set: string) => column('shots', 'cutsF1', (row) => row['set'] === set && row['method'] !== 'Montage');
/** Share of the error that is left, against the best of the rivals run on the same set. */
const errorLeft = (set: string) => [(1 - Math.max(...shots(set, 'cutsF1'))) / (1 - Math.max(...rivals(set)))];

const GENERATED = 'generated: all';
const REAL = 'real, truth as published';

const worstSound = where('file', /^worst/);
/** Wrong speech time of our clustering against the best plain one. */
const clusteringErrorLeft = () => [
  Math.max(...speech(/^clusters/, /^wrong time/)) / Math.min(...speech(/^clusters/, /^plain/)),
];
const STARTS =
  'the start of ffmpeg alone takes a tenth of decoding a clip of ten seconds; films of minutes take 0.02–0.07';
const full = (what: RegExp, unit: string) =>
  column('full-analysis', 'value', (row) => what.test(String(row['what'])) && row['unit'] === unit);

/** All figures, by what they are about. */
export const asked: Readonly<Record<string, readonly Asked[]>> = {
  Editing: [
    atMost(2, 'ms', 'an edit of any kind among 10 000 clips, at its worst place', column('edits', 'editWorstPlaceMs')),
    atMost(2048, 'bytes', 'an edit as a message', column('edits', 'messageBytes')),
    atMost(1000, 'ms', '1 000 random edits', column('edits-sessions', 'ms', where('what', /^1 000 edits/))),
    atMost(
      1,
      'ms',
      'undo or redo of any of 10 000 edits, median to slowest',
      column('edits-sessions', 'ms', where('what', /^one (?:un|re)do.*(?:median|slowest)/)),
      'one in a hundred takes longer: a ripple at the start makes some ten thousand clips anew',
    ),
  ],
  Rendering: [
    atLeast(
      1,
      '× the speed of plain ffmpeg',
      'ten minutes of 120 clips with dissolves',
      column('render', 'speedToPlain', where('name', /full$/)),
      'a start of ffmpeg for each segment; plain ffmpeg makes no dissolves',
    ),
    atMost(
      0.05,
      '× the CPU of a full render',
      'the same after one edit',
      column('render', 'cpuToFull', where('name', /after one/)),
    ),
    atMost(
      0.341,
      '× the CPU of a full render',
      'the same with what needs no encoding copied (28 % encoded)',
      column('render', 'cpuToFull', where('name', /smart$/)),
      'short pieces are decoded from the key frame before; the check of what was copied; sound is encoded anew',
    ),
    atMost(
      0.5,
      'LU',
      'real sound brought to a loudness and encoded: farthest from it',
      column('loudness', 'lufs', worstSound),
      'all but one: a telephone clip (8 kHz AMR) cannot have the loudness and the peak, and says so',
    ),
    atMost(-1, 'dBTP', 'the same: highest true peak', column('loudness', 'dbtp', worstSound)),
    atMost(
      2,
      '× realtime CPU',
      'stabilising 1080p',
      column('stabilise', 'cpuPerRealtime', (row) => row['stabilise'] === true),
      '1.5 of it are the search for motion (libvidstab) and moving each picture',
    ),
  ],
  Seeing: [
    atLeast(0.97, 'F1', 'hard cuts to the frame, generated set', shots(GENERATED, 'cutsF1')),
    atLeast(
      0.95,
      'F1',
      'hard cuts to the frame, real set',
      shots(REAL, 'cutsF1'),
      'one extra cut, which is there by eye and missing from the published truth; with it 1.00',
    ),
    atMost(0.5, '× the error of the best of four others', 'hard cuts, generated set', errorLeft(GENERATED)),
    atMost(0.5, '× the error of the best of four others', 'hard cuts, real set', errorLeft(REAL)),
    atLeast(0.85, 'F1', 'dissolves and fades by overlap, generated set', shots(GENERATED, 'gradualF1')),
    atLeast(0.85, 'F1', 'dissolves and fades by overlap, real set', shots(REAL, 'gradualF1')),
    atMost(0.3, 'a minute', 'false cuts in uncut real footage', column('shots', 'measured')),
    atMost(1.12, '× a decode', 'finding shots, CPU', column('shot-cost', 'shotsPerDecode')),
    atMost(1, '', 'annotated real faces missed', vision(/faces missed/)),
    atMost(0, '', 'false faces in annotated pictures', vision(/^false faces/)),
    atLeast(0.95, 'IDF1', 'tracks of 3, 8 and 20 generated objects', vision(/IDF1/)),
    atMost(1, 'per 1 000 frames', 'switches of 3, 8 and 20 generated objects', vision(/per 1000 frames/)),
    atLeast(5000, 'frames/s', 'association with 20 objects', vision(/20 generated objects: frames per second/)),
    atMost(
      0.35,
      '× a decode',
      'faces and tracks of four films, CPU without the starts of ffmpeg and the network, which wait for the next',
      vision(/^faces \+ tracks/),
      'two of four: decoding proxy pictures and the network alone cost that, where a film itself decodes in 1–2 ms a frame',
    ),
    atLeast(0.98, '', 'of what is found by looking at every frame, the same films', vision(/^recall of faces/)),
    atLeast(0.85, 'F1', 'who is who across shots, pairs', vision(/pairwise F1/)),
    atLeast(
      0.98,
      '',
      'frames whose crop holds the face',
      vision(/^smart crop.*inside/),
      'a pan carries a face out of the picture faster than a crop may move: four frames of 164',
    ),
    atMost(0.02, 'of the width', 'jump of a crop inside a shot', vision(/largest jump/)),
    atLeast(
      0.9,
      'rank correlation',
      'quality against planted blur, shake, exposure and noise',
      column('scores', 'meanSpearman'),
    ),
  ],
  Hearing: [
    atMost(0.05, 'LU', 'loudness against EBU Tech 3341', column('hearing', 'loudness off LU', where('case', /^3341/))),
    atMost(0.1, 'LU', 'loudness against ffmpeg, real files', column('hearing', 'loudness off LU', where('case', /\//))),
    atMost(0.2, 'LU', 'range against EBU Tech 3342', column('hearing', 'range off LU', where('case', /^3342/))),
    atMost(0.2, 'dB', 'true peak against EBU Tech 3341', column('hearing', 'true peak off dB', where('case', /^3341/))),
    atLeast(
      0.97,
      'F',
      'beats of generated music (± 70 ms), mean',
      column('beats', 'beats F', where('music', /^mean of gen/)),
    ),
    atLeast(0.85, 'F', 'its downbeats, mean', column('beats', 'downbeats F', where('music', /^mean of gen/))),
    atLeast(
      0.97,
      'F',
      'beats of the one real excerpt with known beats',
      column('beats', 'beats F', where('music', /real/)),
    ),
  ],
  Speech: [
    atMost(0.001, '', "Whisper's log-mel features against a reference", speech(/log-mel/)),
    atMost(0, '', 'talks with a word lost or doubled at 10 000 random cuts', speech(/^long sound cut/)),
    atMost(0.05, 'of its CPU', 'what is around a recogniser', speech(/^overhead/)),
    atLeast(0.88, '', 'single words right, moonshine-micro', speech(/^moonshine/)),
    atMost(0.08, 's', 'word boundaries of generated speech, median error', speech(/^word boundaries/, /by energy/)),
    atLeast(0.85, 'of speech time', 'two voices told apart without a model', speech(/speech time right/)),
    atLeast(
      1,
      '',
      'their changes found within 1 s',
      speech(/changes within/),
      'two pairs of similar male voices: one change of three is found later',
    ),
    atLeast(0.9, '', 'right number of 2 to 10 generated speakers', speech(/^clusters/, /^exact/)),
    atMost(0.5, '× plain clustering', 'their wrong time', clusteringErrorLeft()),
    atLeast(
      0.15,
      'fewer errors',
      'three transcripts with errors of their own voted into one',
      column('rover', 'fewer errors', where('set', /^three alike/)),
    ),
    atMost(
      0,
      'runs',
      'of 27 in which the vote is worse than the best single one',
      column('rover', 'worse in runs', where('set', /^(?!time)/)),
      'one good and two poor ones: in one run of three the poor ones outvote it',
    ),
    atMost(2, 's', 'voting three transcripts of three hours', column('rover', 'CPU s', where('set', /28000 words/))),
    atMost(0.01, 'more than the reference', 'word error rate of Whisper', [], 'its weights were not here'),
  ],
  Meaning: [
    atLeast(0.8, '', 'planted hooks and climaxes found within 2 s', column('story', 'within 2 s')),
    atMost(
      50,
      'ms',
      'slowest question about ten hours of footage',
      column('long-index', 'longestMs', where('question', /^(?!all results)/)),
    ),
  ],
  'One pass': [
    atMost(
      1.12,
      '× decode and proxy',
      'ingest with all analysers that need no model, CPU',
      column('ingest', 'ingestPerDecodeAndProxy'),
      'ffmpeg’s own work for small pictures and sound is up to a tenth of decode and proxy of what decodes cheaply, measuring them as much again',
    ),
    atMost(0.65, '× the tools one after another', 'the same', column('ingest', 'ingestPerTools')),
    atMost(
      0.1,
      '× its CPU',
      'first pictures of a film against a full decode',
      column('storyboard', 'cpuPerDecode'),
      STARTS,
    ),
    atMost(0.1, '× its time', 'the same', column('storyboard', 'timePerDecode'), STARTS),
    atMost(300, 's', 'all that is looked for in ten minutes of 1080p', full(/^everything/, 's wall')),
    atMost(2, 'GB', 'memory of all processes meanwhile', full(/^memory/, 'GB')),
    atMost(1, 's', 'the same again, nothing changed', full(/^again/, 's wall')),
  ],
};
