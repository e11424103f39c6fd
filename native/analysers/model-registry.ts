import type { BoundModelAnalyser } from './model-analyser.ts';

/** All analysers that run after ingest, each after those it builds on. */
export const MODEL_ANALYSERS: readonly BoundModelAnalyser[] = [];
