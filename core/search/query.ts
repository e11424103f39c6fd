import type { Span } from '../analysis/results.ts';
import type { MediaId } from '../media/media.ts';
import type { Flicks } from '../time/flicks.ts';
import type { Trait } from './traits.ts';

/** A question to all footage; what is not given is not asked. */
export type SearchQuery = {
  /** What is said, seen, or how it is shot, in plain words. */
  readonly text?: string | undefined;
  /** Pictures that look like this one. */
  readonly like?: { readonly mediaId: MediaId; readonly frame: number } | undefined;
  /** Undefined: in all footage. */
  readonly mediaIds?: readonly MediaId[] | undefined;
  /** Puts what looks alike apart among the best 2000: 0 by worth alone, 1 by variety alone. */
  readonly variety: number;
  readonly limit: number;
  readonly offset: number;
};

/** Why a moment was found. `term` is the part of the query that it meets. */
export type SearchReason =
  | { readonly kind: 'said'; readonly term: string }
  /** By a provider's words for the picture. */
  | { readonly kind: 'described'; readonly term: string }
  | { readonly kind: 'person'; readonly term: string; readonly name: string }
  /** Who says what is said there. */
  | { readonly kind: 'speaker'; readonly term: string; readonly name: string }
  | { readonly kind: 'object'; readonly term: string; readonly label: string; readonly score: number }
  | { readonly kind: 'trait'; readonly term: string; readonly trait: Trait; readonly value: number }
  | { readonly kind: 'file-name'; readonly term: string }
  /** By an image–text model: cosine of the query and the key frame. */
  | { readonly kind: 'picture'; readonly cosine: number }
  /** By a sentence model: cosine of the query and the sentence. */
  | { readonly kind: 'meaning'; readonly cosine: number }
  /** Mean difference of descriptors, 0–255; below 6 it is the same picture. */
  | { readonly kind: 'look'; readonly distance: number };

/** A shot, a sentence, a stretch of sound of a file without pictures, or a slip that an editor would cut. */
export type MomentKind = 'shot' | 'sentence' | 'sound' | 'slip';

export type SearchHit = {
  readonly mediaId: MediaId;
  readonly kind: MomentKind;
  readonly span: Span;
  readonly start: Flicks;
  readonly end: Flicks;
  readonly keyFrame: number | null;
  /** What is said there. */
  readonly text: string;
  /** 0–1: orders hits of one query; hits of different queries are not to be compared. */
  readonly score: number;
  readonly reasons: readonly SearchReason[];
  /** Place by score of an earlier hit that shows the same picture, looked for among the best 2000. */
  readonly repeats: number | null;
};

/** Ways to find something, and whether each was gone; `because` says why not, in a sentence. */
export type SearchPath = {
  readonly path: 'evidence' | 'image-text' | 'sentence' | 'descriptor';
  readonly used: boolean;
  readonly model: string | null;
  readonly because: string | null;
};

export type SearchPage = {
  readonly hits: readonly SearchHit[];
  /** How many there are beside the page. */
  readonly total: number;
  readonly paths: readonly SearchPath[];
};

export type NamedAppearance = {
  readonly name: string;
  readonly by: 'face' | 'voice';
  readonly mediaId: MediaId;
  readonly start: Flicks;
  readonly end: Flicks;
};
