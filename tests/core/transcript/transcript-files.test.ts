import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { flicks, flicksFromSeconds, secondsOf } from '../../../core/time/flicks.ts';
import { CAPTION_RULES, captionLines } from '../../../core/transcript/caption-lines.ts';
import { detectTranscriptFormat, readTranscript } from '../../../core/transcript/read-transcript.ts';
import { speakersOfWords, withTellingSpeakers } from '../../../core/transcript/speakers-of-words.ts';
import { TRANSCRIPT_FORMATS } from '../../../core/transcript/transcript.ts';
import { writeTranscript } from '../../../core/transcript/write-transcript.ts';
import { scaled } from '../../scale.ts';
import { anyWords, saidWords, transcriptOf } from './words.ts';

describe('transcripts are written and read', () => {
  test('a voice alone without a name is not written before what it says; two voices, and a name, are', () => {
    const turns = [0, 1].map((speaker) => ({
      speaker,
      start: flicksFromSeconds(2 * speaker),
      end: flicksFromSeconds(2 * speaker + 2),
      confidence: 1,
    }));
    const words = saidWords(['Here', 'we', 'are.', 'Here', 'we', 'go.', 'And', 'off.']);
    const written = (heard: typeof turns, names?: ReadonlyMap<number, string>) =>
      writeTranscript('txt', transcriptOf(withTellingSpeakers(speakersOfWords(words, heard, names)))).text;
    expect(written(turns.slice(0, 1))).not.toContain('Speaker');
    expect(written(turns)).toMatch(/^Speaker 1: Here[^]*^Speaker 2: /mu);
    expect(written(turns.slice(0, 1), new Map([[0, 'Ann']]))).toMatch(/^Ann: Here/u);
  });

  test('JSON comes back the same, to the flick', () => {
    fc.assert(
      fc.property(anyWords, (words) => {
        const transcript = transcriptOf(words);
        expect(readTranscript('json', writeTranscript('json', transcript).text, 'x.json')).toEqual(transcript);
      }),
      { numRuns: scaled(60) },
    );
  });

  test.each(['srt', 'vtt', 'ass', 'txt'] as const)(
    '%s: every word comes back in its caption, or is listed',
    (format) => {
      fc.assert(
        fc.property(anyWords, (words) => {
          const { text, changed } = writeTranscript(format, transcriptOf(words));
          const duration = words[words.length - 1]?.end ?? flicks(0);
          const back = readTranscript(format, text, 'x', { duration }).words;
          if (changed.length > 0) return;
          expect(back.map((word) => word.text)).toEqual(words.map((word) => word.text));
          if (format === 'vtt' || format === 'ass')
            expect(back.map((word) => word.speaker)).toEqual(words.map((word) => word.speaker));
          if (format === 'txt') return;
          for (const [index, word] of back.entries()) {
            const said = words[index];
            // Spread inside a caption of at most seven seconds, unless one word alone is longer.
            expect(Math.abs(secondsOf(flicks(word.start - (said?.start ?? 0))))).toBeLessThan(7.1);
          }
        }),
        { numRuns: scaled(60) },
      );
    },
  );

  test('plain words come back unlisted from every format', () => {
    const words = saidWords(
      'So, this is it: the "end" of 2024 — isn’t it? Well, nobody knows that for sure!'.split(' '),
    );
    for (const format of TRANSCRIPT_FORMATS) {
      const { text, changed } = writeTranscript(format, transcriptOf(words));
      expect(changed).toEqual([]);
      expect(detectTranscriptFormat(text, `x.${format}`)).toBe(format);
      expect(detectTranscriptFormat(text, 'x')).toBe(format === 'txt' ? undefined : format);
    }
  });

  test('markup that a format would swallow is listed with what becomes of it', () => {
    const { changed } = writeTranscript('srt', transcriptOf(saidWords(['a', '<b>', 'c'])));
    expect(changed.map(({ word, becomes }) => [word, becomes])).toEqual([['<b>', '']]);
  });
});

describe('captions', () => {
  test('keep the rules, or say which one they break; one speaker each; never across a long pause', () => {
    fc.assert(
      fc.property(anyWords, (words) => {
        const { cues, broken } = captionLines(words);
        expect(cues.flatMap(({ text }) => text.split(/\s/))).toEqual(words.map(({ text }) => text));
        for (const [index, { start, end, text }] of cues.entries()) {
          const told = broken.filter(({ at }) => at === start).map(({ rule }) => rule);
          const seconds = secondsOf(flicks(end - start));
          const lines = text.split('\n');
          expect(lines.length).toBeLessThanOrEqual(CAPTION_RULES.lines);
          if (Math.max(...lines.map((line) => line.length)) > 42) expect(told).toContain('line-length');
          if (seconds > 7.01) expect(told).toContain('too-long');
          if (seconds < 0.83) expect(told).toContain('too-short');
          if (text.length / seconds > 20.1) expect(told).toContain('reading-speed');
          const next = cues[index + 1];
          if (next !== undefined) expect(next.start).toBeGreaterThanOrEqual(Math.min(end, next.start));
        }
      }),
      { numRuns: scaled(60) },
    );
  });

  test('at talking speed nothing is broken and captions end with sentences', () => {
    const text = 'We went to the river early that morning. Nobody had slept, and the boats were gone. Who took them?';
    const { cues, broken } = captionLines(saidWords(text.split(' ')));
    expect(broken).toEqual([]);
    expect(cues.map((cue) => cue.text.replace('\n', ' | '))).toEqual([
      'We went to the river early that morning. | Nobody had slept, and the boats were gone.',
      'Who took them?',
    ]);
  });

  test('a caption is held for the eye, and not into the next one', () => {
    const words = [...saidWords(['No.'], { rate: 10 }), ...saidWords(['Yes.'], { from: 3, rate: 10 })];
    const [first, second] = captionLines(words).cues;
    expect(secondsOf(first?.end ?? flicks(0))).toBeCloseTo(5 / 6, 3);
    const near = captionLines([...saidWords(['No.'], { rate: 10 }), ...saidWords(['Y.'], { from: 0.5, speaker: 'b' })]);
    expect(secondsOf(near.cues[0]?.end ?? flicks(0))).toBeCloseTo(0.5 - 1 / 12, 3);
    expect(near.broken[0]?.rule).toBe('too-short');
    expect(second?.text).toBe('Yes.');
  });
});

describe('what others write', () => {
  const words = (text: string, file: string) =>
    readTranscript('json', text, file).words.map(({ start, end, text: word, confidence, speaker }) => [
      word,
      secondsOf(start),
      secondsOf(end),
      confidence,
      speaker,
    ]);

  test('openai/whisper with word times', () => {
    const text = JSON.stringify({
      text: ' Hello there.',
      language: 'en',
      segments: [
        {
          id: 0,
          start: 0,
          end: 1.5,
          text: ' Hello there.',
          avg_logprob: -0.2,
          words: [
            { word: ' Hello', start: 0.1, end: 0.6, probability: 0.9 },
            { word: ' there.', start: 0.6, end: 1.4, probability: 0.8 },
          ],
        },
      ],
    });
    expect(words(text, 'w.json')).toEqual([
      ['Hello', 0.1, 0.6, 0.9, null],
      ['there.', 0.6, 1.4, 0.8, null],
    ]);
    expect(readTranscript('json', text, 'w.json')).toMatchObject({ language: 'en', timing: 'heard' });
  });

  test('WhisperX: words without times stand between their neighbours', () => {
    const text = JSON.stringify({
      segments: [
        {
          start: 0,
          end: 3,
          text: 'in 2024 we',
          speaker: 'SPEAKER_01',
          words: [{ word: 'in', start: 0.5, end: 1, score: 0.7 }, { word: '2024' }, { word: 'we', start: 2, end: 2.5 }],
        },
      ],
    });
    expect(words(text, 'x.json')).toEqual([
      ['in', 0.5, 1, 0.7, 'SPEAKER_01'],
      ['2024', 1, 2, null, 'SPEAKER_01'],
      ['we', 2, 2.5, null, 'SPEAKER_01'],
    ]);
  });

  test('whisper.cpp and transformers', () => {
    const cpp = JSON.stringify({
      result: { language: 'de' },
      transcription: [{ offsets: { from: 0, to: 1000 }, text: ' Ja nein' }],
    });
    expect(words(cpp, 'c.json')).toEqual([
      ['Ja', 0, 0.375, null, null],
      ['nein', 0.375, 1, null, null],
    ]);
    const chunks = JSON.stringify({
      text: 'a b',
      chunks: [
        { timestamp: [0, 1], text: ' a' },
        { timestamp: [1, null], text: ' b' },
      ],
    });
    expect(words(chunks, 't.json')).toEqual([
      ['a', 0, 1, null, null],
      ['b', 1, 1, null, null],
    ]);
  });

  test('voices in WebVTT and names in ASS are speakers', () => {
    const vtt = 'WEBVTT\n\n00:01.000 --> 00:03.000\n<v.loud Jane Doe>Hi <c.x>you</c> &amp; me\n';
    expect(readTranscript('vtt', vtt, 'x.vtt').words.map(({ text, speaker }) => [text, speaker])).toEqual([
      ['Hi', 'Jane Doe'],
      ['you', 'Jane Doe'],
      ['&', 'Jane Doe'],
      ['me', 'Jane Doe'],
    ]);
  });

  test.each(TRANSCRIPT_FORMATS)('%s: whatever is read is a transcript in order or a coded refusal', (format) => {
    const { text } = writeTranscript(format, transcriptOf(saidWords(['one', 'two,', 'three.'])));
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.nat(300), fc.boolean(), (noise, at, isCut) => {
        const hostile = `${text.slice(0, at)}${noise}${isCut ? '' : text.slice(at)}`;
        try {
          const read = readTranscript(format, hostile, 'noise', { duration: flicksFromSeconds(10) }).words;
          expect(read.length).toBeGreaterThan(0);
          for (const [index, word] of read.entries()) {
            expect(word.text).toMatch(/^\S+$/);
            expect(word.end).toBeGreaterThanOrEqual(word.start);
            expect(word.start).toBeGreaterThanOrEqual(read[index - 1]?.start ?? 0);
          }
        } catch (error) {
          expect(String(error)).toMatch(/E_TRANSCRIPT_/);
        }
      }),
      { numRuns: scaled(200) },
    );
  });

  test('wild times, wrong shapes and missing times are refused by name', () => {
    expect(() => readTranscript('json', '{"segments":[{"start":-1,"end":1e300,"text":"a"}]}', 'a.json')).toThrow(
      /E_TRANSCRIPT_SYNTAX: at segments\.0\.start/,
    );
    expect(() => readTranscript('json', '[', 'a.json')).toThrow(/E_TRANSCRIPT_SYNTAX: it is not JSON/);
    expect(() => readTranscript('txt', 'hello', 'a.txt')).toThrow(/E_TRANSCRIPT_NO_TIMES/);
    expect(() => readTranscript('srt', '', 'a.srt')).toThrow(/E_TRANSCRIPT_EMPTY/);
    expect(() => readTranscript('vtt', 'x', 'a.vtt')).toThrow(/E_TRANSCRIPT_SYNTAX/);
  });
});
