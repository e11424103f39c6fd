import { expect, test } from 'vitest';
import { confusion } from '../../core/analysis/speaker-sets.ts';
import { mediaRoot } from '../../media-root.ts';
import { dialogueOf, judged, singleVoices, turnsOf, voiceOf } from '../../media/dialogues.ts';

test.skipIf(mediaRoot === undefined)(
  'two readers in turns are told apart without a model, and one is one',
  async () => {
    const voices = singleVoices(mediaRoot ?? '');
    const [kennedy, sonnet, german] = await Promise.all(
      [voices['kennedy'], voices['sonnet'], voices['german']].map((path) => voiceOf(path ?? '')),
    );
    if (kennedy === undefined || sonnet === undefined || german === undefined) throw new Error('voices are missing');
    for (const [pair, least] of [
      [[sonnet, german], 0.85],
      [[kennedy, sonnet], 0.95],
    ] as const) {
      const dialogue = dialogueOf(pair, 60, 7);
      const turns = turnsOf(dialogue);
      const { truth, heard, changesWithinSecond } = judged(dialogue, turns);
      expect(1 - confusion(truth, heard)).toBeGreaterThanOrEqual(least);
      expect(changesWithinSecond).toBeGreaterThanOrEqual(0.8);
    }
    expect(new Set(turnsOf(dialogueOf([german], 60, 7)).map(({ speaker }) => speaker)).size).toBe(1);
  },
);
