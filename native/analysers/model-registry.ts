import { breathsAnalyser } from './breaths.ts';
import { facePrintsAnalyser } from './face-prints.ts';
import { facesAnalyser } from './faces.ts';
import { bindModelAnalyser, type BoundModelAnalyser } from './model-analyser.ts';
import { speakersAnalyser } from './speakers.ts';
import { soundKindsAnalyser } from './sound-kinds.ts';
import { speechSegmentsAnalyser } from './speech-segments.ts';
import { storyCurveAnalyser } from './story-curve.ts';
import { transcriptAnalyser } from './transcript.ts';
import { learnedShotsAnalyser } from './learned-shots.ts';
import { learnedShotScoresAnalyser } from './learned-shot-scores.ts';
import { objectsAnalyser } from './objects.ts';
import { pictureCaptionsAnalyser } from './picture-captions.ts';
import { pictureEmbeddingsAnalyser } from './picture-embeddings.ts';
import { sentenceEmbeddingsAnalyser } from './sentence-embeddings.ts';

/** All analysers that run after ingest, each after those it builds on. */
export const MODEL_ANALYSERS: readonly BoundModelAnalyser[] = [
  bindModelAnalyser(learnedShotsAnalyser),
  bindModelAnalyser(learnedShotScoresAnalyser),
  bindModelAnalyser(facesAnalyser),
  bindModelAnalyser(facePrintsAnalyser),
  bindModelAnalyser(objectsAnalyser),
  bindModelAnalyser(speechSegmentsAnalyser),
  bindModelAnalyser(speakersAnalyser),
  bindModelAnalyser(breathsAnalyser),
  bindModelAnalyser(soundKindsAnalyser),
  bindModelAnalyser(storyCurveAnalyser),
  bindModelAnalyser(transcriptAnalyser),
  bindModelAnalyser(pictureEmbeddingsAnalyser),
  bindModelAnalyser(sentenceEmbeddingsAnalyser),
];

/** Those that run only when somebody asks: what they look at leaves Montage. */
export const ASKED_ANALYSERS: readonly BoundModelAnalyser[] = [bindModelAnalyser(pictureCaptionsAnalyser)];
