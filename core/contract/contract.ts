import { TARGET_IDS } from '../interchange/profiles.ts';
import { eventIterator, oc, type } from '@orpc/contract';
import { z } from 'zod';
import type { EvidencePage } from '../analysis/evidence.ts';
import type { AnalysisResult } from '../analysis/results.ts';
import { TRANSCRIPT_FORMATS, type Transcript, type WordTiming } from '../transcript/transcript.ts';
import { changeId, suggestionId } from '../director/suggestion.ts';
import { mediaId } from '../media/media.ts';
import { AUDIO_CODECS, VIDEO_CODECS } from '../output/codecs.ts';
import { PRESETS, type OutputPreset } from '../output/presets.ts';
import type { PreflightReport } from '../output/quality.ts';
import { flicks } from '../time/flicks.ts';
import { rational } from '../time/rational.ts';
import { editSchema } from '../timeline/edit-schema.ts';
import { editId } from '../timeline/edit.ts';
import { timelineId, trackId } from '../timeline/timeline.ts';
import { cutWishSchema } from './cut.ts';
import type { SearchPage } from '../search/query.ts';
import { evidenceQuerySchema } from './evidence.ts';
import type * as model from './model.ts';
import type { PersonEntry, SpeakerEntry } from './people.ts';
import { visionProviderSchema, type VisionProvider } from './providers.ts';
import { searchQuerySchema } from './search.ts';
import type { AnalyserState, KeptTranscript, ModelEntry, VotedTranscript, WrittenWords } from './understanding.ts';

const id = z.string().min(1).max(200);
const mediaIdSchema = id.transform(mediaId);
const timelineIdSchema = id.transform(timelineId);
const suggestionIdSchema = id.transform(suggestionId);
const trackIdSchema = id.transform(trackId);
const jobIdSchema = id;
const pathSchema = z.string().min(1).max(32_768);
const rateSchema = z
  .object({ num: z.int().positive(), den: z.int().positive() })
  .transform((value) => rational(value.num, value.den));
const sizeSchema = z.object({ width: z.int().min(16).max(8192), height: z.int().min(16).max(8192) });

/** Checked on the way in; see `Brief` in core/director/suggestion.ts. */
export const briefSchema = z.object({
  text: z.string().max(4000),
  duration: z.int().positive().transform(flicks),
  styleId: z.string().min(1).max(100),
  aspect: z.enum(['16:9', '9:16', '1:1', '4:5']),
  music: mediaIdSchema.nullable(),
  mustUse: z.array(mediaIdSchema),
  neverUse: z.array(mediaIdSchema),
  maxShotReuse: z.int().min(1).max(1000),
  seed: z.int(),
  rate: rateSchema.nullable(),
  size: sizeSchema.nullable(),
});

/**
 * Settings of a render; what is given wins over the preset. Exactly one of `crf` and `bitrateKbps` counts; where
 * neither is given, the codec's usual quality.
 */
export const renderSettingsSchema = z.object({
  preset: z.enum(PRESETS).optional(),
  codec: z.enum(VIDEO_CODECS).optional(),
  audioCodec: z.enum(AUDIO_CODECS).optional(),
  /** Whether pictures that already are what the film asks for may be copied from their files. */
  smart: z.boolean().optional(),
  /** What to do where a source holds pictures that cannot be decoded; 'conceal' by default, with a warning. */
  onDamage: z.enum(['conceal', 'abort']).optional(),
  /** Whether the machine's graphics device may encode H.264 and H.265; software does where it cannot or fails. */
  hardware: z.boolean().optional(),
  crf: z.int().min(0).max(63).optional(),
  bitrateKbps: z.int().min(50).max(400_000).optional(),
  audioBitrateKbps: z.int().min(32).max(512).optional(),
  width: z.int().min(16).max(8192).optional(),
  height: z.int().min(16).max(8192).optional(),
});

const system = {
  info: oc.output(type<model.SystemInfo>()),
  /** Sequenced events from `after` on (null = from now). */
  events: oc
    .input(z.object({ after: z.int().nonnegative().nullable() }))
    .output(eventIterator(type<model.SequencedEvent>())),
};

const project = {
  info: oc.output(type<model.ProjectInfo>()),
  saveCopy: oc.input(z.object({ path: pathSchema })).output(type<{ readonly path: string }>()),
};

const files = {
  /** A folder of the engine's machine, for picking footage where the shell cannot give paths. Null = home. */
  list: oc.input(z.object({ path: pathSchema.nullable() })).output(type<model.DirectoryListing>()),
};

const media = {
  /** Imports files and folders (recursive) and queues their ingest. */
  import: oc.input(z.object({ paths: z.array(pathSchema).min(1).max(10_000) })).output(type<model.ImportOutcome>()),
  list: oc.output(type<readonly model.MediaEntry[]>()),
  remove: oc.input(z.object({ mediaId: mediaIdSchema })).output(type<{ readonly removed: boolean }>()),
  relink: oc
    .input(z.object({ mediaId: mediaIdSchema, path: pathSchema, acceptOtherContent: z.boolean().default(false) }))
    .output(type<model.MediaEntry>()),
  analysis: oc.input(z.object({ mediaId: mediaIdSchema })).output(type<readonly AnalysisResult[]>()),
  /** How far each analyser is with a file. */
  understanding: oc.input(z.object({ mediaId: mediaIdSchema })).output(type<readonly AnalyserState[]>()),
  /** Queues what can be found in a file and has not been, what failed before included; gives the jobs. */
  analyse: oc.input(z.object({ mediaId: mediaIdSchema })).output(type<{ readonly jobIds: readonly string[] }>()),
  /** Sends a file's key frames to the vision provider that is switched on: asking for it is the user's consent. */
  describe: oc.input(z.object({ mediaId: mediaIdSchema })).output(type<{ readonly jobId: string }>()),
  /** What was found in the footage, by any of its properties. */
  find: oc.input(evidenceQuerySchema).output(type<EvidencePage>()),
  /** Moments by plain words or a picture: what is said, who and what is seen, how it looks and sounds; best first. */
  search: oc.input(searchQuerySchema).output(type<SearchPage>()),
  /** Takes what is said in a file from captions or a recogniser's file; it stands in the place of what was heard. */
  readTranscript: oc
    .input(z.object({ mediaId: mediaIdSchema, path: pathSchema, language: z.string().min(2).max(35).optional() }))
    .output(type<{ readonly words: number; readonly timing: WordTiming; readonly language: string | null }>()),
  /** What is said in a file and by whom, as it is written for readers: from the transcript in use, with the names of voices. */
  words: oc.input(z.object({ mediaId: mediaIdSchema })).output(type<Transcript>()),
  /** Writes that to a path, in the format of its ending; without one in this format, beside the project. */
  writeWords: oc
    .input(
      z.object({
        mediaId: mediaIdSchema,
        path: pathSchema.optional(),
        format: z.enum(TRANSCRIPT_FORMATS).default('srt'),
      }),
    )
    .output(type<WrittenWords>()),
  /** Lets a recogniser (the best that is here unless told) hear a file; a transcript that the user put in use stays in use. */
  hear: oc.input(z.object({ mediaId: mediaIdSchema, model: id.optional() })).output(type<AnalyserState>()),
  /** The transcripts that are kept of a file: what was read and heard, any number. */
  transcripts: oc.input(z.object({ mediaId: mediaIdSchema })).output(type<readonly KeptTranscript[]>()),
  /** Reads these files too, and votes all transcripts that are kept into the one in use, with the agreement on each word. */
  voteTranscripts: oc
    .input(
      z.object({
        mediaId: mediaIdSchema,
        paths: z.array(pathSchema).max(100).default([]),
        language: z.string().min(2).max(35).optional(),
      }),
    )
    .output(type<VotedTranscript>()),
  /** Puts one that is kept in use. */
  takeTranscript: oc.input(z.object({ mediaId: mediaIdSchema, name: id })).output(type<readonly KeptTranscript[]>()),
  /** Forgets one that is kept; the one in use stays. */
  forgetTranscript: oc.input(z.object({ mediaId: mediaIdSchema, name: id })).output(type<readonly KeptTranscript[]>()),
  /** Moves a file's ingest to the front of the queue. */
  prioritise: oc.input(z.object({ mediaId: mediaIdSchema })).output(type<{ readonly moved: boolean }>()),
};

const timeline = {
  list: oc.output(type<readonly model.TimelineSummary[]>()),
  create: oc
    .input(
      z.object({
        name: z.string().min(1).max(200),
        /** Null: the listed rate with most source duration, 25 without footage. */
        rate: rateSchema.nullable(),
        size: sizeSchema.nullable(),
      }),
    )
    .output(type<model.TimelineState>()),
  get: oc.input(z.object({ timelineId: timelineIdSchema })).output(type<model.TimelineState>()),
  /** Applies an edit at head and commits it. Idempotent by edit id. */
  apply: oc
    .input(
      z.object({
        timelineId: timelineIdSchema,
        editId: id.transform(editId),
        edit: editSchema,
        author: z.string().max(100).default('you'),
      }),
    )
    .output(type<model.ApplyOutcome>()),
  /**
   * Lowers music under speech by gain keyframes, as one undo step. Speech is where the other tracks' footage was
   * measured to be loud. `speech` null: all audio tracks but the music's.
   */
  duck: oc
    .input(
      z.object({
        timelineId: timelineIdSchema,
        editId: id.transform(editId),
        music: z.array(trackIdSchema).min(1),
        speech: z.array(trackIdSchema).min(1).nullable(),
        thresholdLufs: z.number().min(-70).max(0).optional(),
        depthDb: z.number().positive().max(96).optional(),
        attackMs: z.int().nonnegative().max(60_000).optional(),
        holdMs: z.int().nonnegative().max(60_000).optional(),
        releaseMs: z.int().nonnegative().max(60_000).optional(),
      }),
    )
    .output(type<model.DuckOutcome>()),
  /**
   * Gives a timeline another size; its clips fill the frame and follow faces, else persons, else what stands out, else the middle, by position
   * keyframes, as one undo step. `several`: of two faces that do not fit one window, 'priority' (unless told) follows the more
   * important one, 'split' shows both above each other in clips that can be edited.
   */
  reframe: oc
    .input(
      z.object({
        timelineId: timelineIdSchema,
        editId: id.transform(editId),
        width: z.int().min(16).max(16_384),
        height: z.int().min(16).max(16_384),
        several: z.enum(['priority', 'split']).optional(),
      }),
    )
    .output(type<model.ReframeOutcome>()),
  undo: oc
    .input(z.object({ timelineId: timelineIdSchema, editId: id.transform(editId) }))
    .output(type<model.ApplyOutcome>()),
  redo: oc
    .input(z.object({ timelineId: timelineIdSchema, editId: id.transform(editId) }))
    .output(type<model.ApplyOutcome>()),
  history: oc.input(z.object({ timelineId: timelineIdSchema })).output(type<readonly model.HistoryEntry[]>()),
};

const director = {
  styles: oc.output(type<readonly { readonly id: string; readonly name: string; readonly description: string }[]>()),
  propose: oc.input(z.object({ brief: briefSchema })).output(type<model.ProposeOutcome>()),
  list: oc.output(
    type<
      readonly { readonly id: string; readonly decided: model.SuggestionState['decided']; readonly title: string }[]
    >(),
  ),
  get: oc.input(z.object({ suggestionId: suggestionIdSchema })).output(type<model.SuggestionState>()),
  /** Makes a timeline of the accepted changes as one undo step; the rest counts as refused. */
  accept: oc
    .input(z.object({ suggestionId: suggestionIdSchema, changeIds: z.array(id.transform(changeId)).min(1) }))
    .output(type<model.TimelineState>()),
  discard: oc.input(z.object({ suggestionId: suggestionIdSchema })).output(type<{ readonly discarded: boolean }>()),
};

const cut = {
  /** Footage in, cut out, in one job; its result is a `CutReport`. */
  start: oc.input(cutWishSchema).output(type<{ readonly jobId: string }>()),
};

const exportFormatSchema = z.enum([
  'otio',
  'otioz',
  'fcpxml',
  'fcpxmld',
  'fcp7',
  'edl',
  'srt',
  'vtt',
  'ass',
  'csv',
  'youtube',
  'ffmetadata',
]);
const targetSchema = z.enum(TARGET_IDS);

const exporting = {
  timeline: oc
    .input(
      z.object({
        timelineId: timelineIdSchema,
        format: exportFormatSchema,
        path: pathSchema,
        target: targetSchema.optional(),
      }),
    )
    .output(type<model.ExportReport>()),
  render: oc
    .input(z.object({ timelineId: timelineIdSchema, path: pathSchema, settings: renderSettingsSchema }))
    .output(type<{ readonly jobId: string }>()),
  /** What such a render would meet: missing files and fonts, encoders, disk space. Errors keep it from starting. */
  preflight: oc
    .input(z.object({ timelineId: timelineIdSchema, path: pathSchema, settings: renderSettingsSchema }))
    .output(type<PreflightReport>()),
  /** Named targets, as `settings.preset` takes them. */
  presets: oc.output(type<readonly OutputPreset[]>()),
  /** Where exports go unless the user says otherwise. */
  suggestPath: oc
    .input(z.object({ timelineId: timelineIdSchema, extension: z.string().min(1).max(10) }))
    .output(type<{ readonly path: string }>()),
};

const jobs = {
  list: oc.output(type<readonly model.JobSummary[]>()),
  get: oc.input(z.object({ jobId: jobIdSchema })).output(type<model.JobSummary>()),
  log: oc.input(z.object({ jobId: jobIdSchema })).output(type<readonly model.JobLogLine[]>()),
  pause: oc.input(z.object({ jobId: jobIdSchema })).output(type<model.JobSummary>()),
  resume: oc.input(z.object({ jobId: jobIdSchema })).output(type<model.JobSummary>()),
  cancel: oc.input(z.object({ jobId: jobIdSchema })).output(type<model.JobSummary>()),
  clean: oc.output(type<{ readonly removed: number }>()),
};

const models = {
  list: oc.output(type<readonly ModelEntry[]>()),
  /** Downloads a model from its makers; asking for it is the user's consent to this one download. */
  get: oc.input(z.object({ modelId: id })).output(type<{ readonly jobId: string }>()),
};

const providers = {
  /** Services outside Montage that are switched on; null: off, as all are until the user switches them on. */
  list: oc.output(type<{ readonly vision: VisionProvider | null }>()),
  /** Switches the service that describes pictures on, or off with null. */
  setVision: oc
    .input(z.object({ provider: visionProviderSchema.nullable() }))
    .output(type<{ readonly vision: VisionProvider | null }>()),
};

const people = {
  /** Everybody who is seen, longest first. */
  list: oc.output(type<readonly PersonEntry[]>()),
  name: oc
    .input(z.object({ personId: id, name: z.string().trim().min(1).max(200) }))
    .output(type<readonly PersonEntry[]>()),
  /** Says that two are one; the name of the first wins. */
  merge: oc.input(z.object({ personId: id, otherId: id })).output(type<readonly PersonEntry[]>()),
  /** Says that these appearances are somebody else. */
  split: oc
    .input(z.object({ personId: id, appearanceIds: z.array(id).min(1).max(10_000) }))
    .output(type<readonly PersonEntry[]>()),
};

const speakers = {
  /** Everybody who is heard, longest first. Voices of several files are one where a speaker model says so, or the user. */
  list: oc.output(type<readonly SpeakerEntry[]>()),
  name: oc
    .input(z.object({ speakerId: id, name: z.string().trim().min(1).max(200) }))
    .output(type<readonly SpeakerEntry[]>()),
  /** Says that two are one; the name of the first wins. */
  merge: oc.input(z.object({ speakerId: id, otherId: id })).output(type<readonly SpeakerEntry[]>()),
  /** Says that these voices are somebody else. */
  split: oc
    .input(z.object({ speakerId: id, appearanceIds: z.array(id).min(1).max(10_000) }))
    .output(type<readonly SpeakerEntry[]>()),
};

/** The one API. Renderer, CLI, HTTP and tools are derived from it; a capability exists once. */
export const contract = {
  system,
  project,
  files,
  media,
  timeline,
  director,
  cut,
  export: exporting,
  jobs,
  models,
  providers,
  people,
  speakers,
};
