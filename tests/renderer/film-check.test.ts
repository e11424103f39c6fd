import { describe, expect, it } from 'vitest';
import type { JobSummary } from '../../core/contract/model.ts';
import type { QualityReport } from '../../core/output/quality.ts';
import { filmCheckOf, filmCheckText, roomText } from '../../renderer/film-check.ts';

const quality: QualityReport = {
  ...{ durationS: 8, expectedS: 8, frameCount: 200, expectedFrames: 200, lookedAt: 'every-frame' },
  ...{ black: [{ fromS: 2, toS: 3 }], frozen: [], clipped: [], integratedLufs: -14.02, truePeakDbtp: -1.1 },
};
const job: JobSummary = {
  ...{ id: 'j', kind: 'render', title: 'Render', state: 'done', progress: 1, attempts: 1 },
  ...{ createdAtMs: 0, result: { path: '/a.mp4', quality } },
};

describe('a finished film in the list of jobs', () => {
  it('says what was found in it', () => {
    expect(filmCheckOf(job)).toEqual(quality);
    expect(filmCheckText(quality)).toEqual({
      text: 'Checked: 200 frames; black: 2.0–3.0 s; loudness -14.0 LUFS, true peak -1.1 dBTP',
      isWrong: false,
    });
    const short = filmCheckText({ ...quality, frameCount: 190, durationS: 7.6 });
    expect(short.isWrong).toBe(true);
    expect(short.text).toMatch(/^Checked: 190 frames instead of 200; 7.60 s long instead of 8.00 s;/);
  });

  it('says nothing of other jobs, unfinished ones and films that are not looked at', () => {
    expect(filmCheckOf({ ...job, kind: 'ingest' })).toBeUndefined();
    expect(filmCheckOf({ ...job, state: 'running' })).toBeUndefined();
    expect(filmCheckOf({ ...job, result: { quality: null } })).toBeUndefined();
    expect(filmCheckOf({ ...job, result: 'other' })).toBeUndefined();
  });
});

describe('the room a film needs', () => {
  it('is said beside what is free, where that is known', () => {
    expect(roomText({ findings: [], estimatedBytes: 2.1e9, freeBytes: 412e9 })).toBe('Needs up to 2.1 GB, 412 GB free');
    expect(roomText({ findings: [], estimatedBytes: 2.1e9, freeBytes: null })).toBe('Needs up to 2.1 GB');
  });
});
