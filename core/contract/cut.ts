import { z } from 'zod';
import type { Fault } from '../errors.ts';
import type { ExportReport, ImportRejection } from './model.ts';

export const CUT_FORMATS = ['otio', 'fcpxml', 'fcp7', 'edl', 'mp4'] as const;
export type CutFormat = (typeof CUT_FORMATS)[number];

/** What `cut` leaves in its folder, by format. */
export const CUT_FILES: Readonly<Record<CutFormat, string>> = {
  otio: 'cut.otio',
  fcpxml: 'cut.fcpxml',
  fcp7: 'cut.xml',
  edl: 'cut.edl',
  mp4: 'cut.mp4',
};

const path = z.string().min(1).max(32_768);

/** Footage in, cut out, in one job: import, ingest, propose, accept everything, export, render. */
export const cutWishSchema = z.object({
  paths: z.array(path).min(1).max(10_000),
  out: path,
  formats: z.array(z.enum(CUT_FORMATS)).min(1),
  /** What is not given is read from these words, else usual. */
  text: z.string().max(4000).default(''),
  styleId: z.string().min(1).max(100).optional(),
  durationSeconds: z.number().positive().max(86_400).optional(),
  aspect: z.enum(['16:9', '9:16', '1:1', '4:5']).optional(),
  music: path.optional(),
  seed: z.int().default(1),
  rate: z.object({ num: z.int().positive(), den: z.int().positive() }).optional(),
  size: z.object({ width: z.int().min(16).max(8192), height: z.int().min(16).max(8192) }).optional(),
});

export type CutWish = z.output<typeof cutWishSchema>;

/** `report.json` beside a cut: what was made, what was lost, what reading the files back found. */
export type CutReport = {
  readonly schema: 'montage.cut-report/1';
  readonly cut: {
    readonly name: string;
    readonly clips: number;
    readonly durationSeconds: number;
    readonly rate: string;
    readonly width: number;
    readonly height: number;
    readonly score: number;
    readonly notes: readonly string[];
  };
  /** File names in the folder. */
  readonly files: readonly string[];
  readonly exports: readonly ExportReport[];
  /** Formats that could not be written at all. */
  readonly failures: readonly { readonly format: CutFormat; readonly fault: Fault }[];
  readonly render: { readonly file: string; readonly frameCount: number } | null;
  /** Files that were not used, with the reason. */
  readonly skipped: readonly ImportRejection[];
};

/** A report as it comes back from the engine, whose own it is: only its kind is looked at. */
export const cutReportSchema = z.custom<CutReport>(
  (value) =>
    typeof value === 'object' && value !== null && 'schema' in value && value.schema === 'montage.cut-report/1',
);
