import type { MediaId } from '../media/media.ts';
import type { Flicks } from '../time/flicks.ts';
import type { AnalysisResult, Span } from './results.ts';

/** Rises whenever `measuresOf` reads something else from the same result: stored evidence is then read anew. */
export const EVIDENCE_VERSION = 5;

/** One thing that was found in footage. Source times in flicks from the first frame; `end` is exclusive, an instant has none. */
export type Evidence = {
  readonly mediaId: MediaId;
  readonly kind: AnalysisResult['kind'];
  readonly measure: string;
  /** A word, a person, a kind of object, where the measure has such. */
  readonly label?: string | undefined;
  readonly value: number;
  readonly span: Span;
  readonly start: Flicks;
  readonly end: Flicks;
};

/** What evidence must be like; what is not given is not asked. */
export type EvidenceCondition = {
  readonly kind?: AnalysisResult['kind'] | undefined;
  readonly measure?: string | undefined;
  /** Any of these. */
  readonly measures?: readonly string[] | undefined;
  /** The whole label, whatever its case. */
  readonly label?: string | undefined;
  /** A part of the label, whatever its case. */
  readonly contains?: string | undefined;
  readonly least?: number | undefined;
  readonly most?: number | undefined;
};

/**
 * Finds what meets `find` where every condition of `during` is met by other evidence of the same file that overlaps it in
 * time: shots sharper than 60 during which there is a face.
 */
export type EvidenceQuery = {
  readonly find: EvidenceCondition;
  readonly during: readonly EvidenceCondition[];
  /** Undefined: in all footage. */
  readonly mediaIds?: readonly MediaId[] | undefined;
  /** Source time that what is found must overlap. */
  readonly within?: { readonly start: Flicks; readonly end: Flicks } | undefined;
  readonly order: 'time' | 'highest' | 'lowest';
  readonly limit: number;
  readonly offset: number;
};

export type EvidencePage = {
  readonly found: readonly Evidence[];
  /** How many there are beside the page. */
  readonly total: number;
};
