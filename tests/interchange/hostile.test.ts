import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { INTERCHANGE_FORMATS } from '../../core/interchange/handoff.ts';
import { detectFormat, exportTimeline, importTimeline } from '../../core/interchange/interchange.ts';
import { nameOfMediaUrl, pathOfMediaUrl } from '../../core/interchange/media-path.ts';
import { mediaUrlOf } from '../../core/interchange/media-url.ts';
import { scaled } from '../scale.ts';
import { baseEdit, exportInput, R } from './cut-builder.ts';

const BOMB = `<!DOCTYPE fcpxml [<!ENTITY a "aaaaaaaaaa">${Array.from({ length: 9 }, (_, index) => `<!ENTITY ${String.fromCharCode(98 + index)} "${`&${String.fromCharCode(97 + index)};`.repeat(10)}">`).join('')}]>`;

describe('hostile and damaged files', () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['an entity bomb', `<?xml version="1.0"?>${BOMB}<fcpxml version="1.10">&j;</fcpxml>`, /E_INTERCHANGE_HOSTILE/],
    [
      'an external entity',
      '<!DOCTYPE fcpxml [<!ENTITY x SYSTEM "file:///etc/passwd">]><fcpxml>&x;</fcpxml>',
      /E_INTERCHANGE_HOSTILE/,
    ],
    [
      'an external document type',
      '<!DOCTYPE fcpxml SYSTEM "http://example.com/x.dtd"><fcpxml/>',
      /E_INTERCHANGE_HOSTILE/,
    ],
    ['deep nesting', `<fcpxml>${'<gap>'.repeat(100_000)}`, /E_INTERCHANGE_HOSTILE/],
    ['an unclosed element', '<fcpxml>\n<resources>\n</fcpxml>', /E_INTERCHANGE_XML: .*line 3/],
    ['a cut-off tag', '<fcpxml version="1.10', /E_INTERCHANGE_XML/],
    ['nothing', '', /E_INTERCHANGE_XML/],
    ['a foreign root', '<html></html>', /E_INTERCHANGE_FCPXML/],
    [
      'a division by zero',
      '<fcpxml><resources><format id="r1" frameDuration="1/0s"/></resources><project><sequence format="r1"><spine/></sequence></project></fcpxml>',
      /E_INTERCHANGE_FCPXML/,
    ],
  ];
  test.each(cases)('%s is refused', (_, text, reason) => {
    expect(() => importTimeline('fcpxml', text)).toThrow(reason);
  });

  test('JSON that is no OTIO, and NaN, are refused', () => {
    expect(() => importTimeline('otio', '{"OTIO_SCHEMA": "Clip.2"}')).toThrow(/E_INTERCHANGE_OTIO/);
    expect(() => importTimeline('otio', '{"OTIO_SCHEMA": "Timeline.1", "x": NaN}')).toThrow(/E_INTERCHANGE_JSON/);
    expect(() => importTimeline('otio', '[]')).toThrow(/E_INTERCHANGE_OTIO/);
    expect(() => importTimeline('otio', '['.repeat(200_000))).toThrow(/E_INTERCHANGE_JSON/);
  });

  test('an EDL without edits, with a broken edit or an impossible timecode names the line', () => {
    expect(() => importTimeline('edl', 'hello')).toThrow(/E_INTERCHANGE_EDL/);
    expect(() => importTimeline('edl', 'TITLE: x\n001 nonsense')).toThrow(/E_INTERCHANGE_EDL: .*line 2/);
    const edit = 'TITLE: x\nFCM: DROP FRAME\n001  AX V C 00:01:00;00 00:01:01;00 00:00:00;00 00:00:01;00';
    expect(() => importTimeline('edl', edit, { rate: R.r2997 })).toThrow(
      /E_INTERCHANGE_TIMECODE: .*dropped-number.*line 3/,
    );
  });

  test('formats are recognised by content, then by name', () => {
    const edit = baseEdit(R.r25);
    for (const format of INTERCHANGE_FORMATS) {
      const text = exportTimeline(format, exportInput(edit.timeline, edit.media)).files[0]?.text ?? '';
      expect(detectFormat(text, 'file.txt')).toBe(format);
      expect(detectFormat(`\uFEFF${text}`, 'file.txt')).toBe(format);
    }
    expect(detectFormat('{}', 'plan.json')).toBeUndefined();
    expect(detectFormat('{}', 'x.otio')).toBe('otio');
    expect(detectFormat('<svg/>', 'x.xml')).toBeUndefined();
  });
});

describe('file URLs', () => {
  const segment = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 20 })
    .filter((text) => text.isWellFormed() && !/[/\u0000]/.test(text));
  const flavours = fc.constantFrom('rfc8089' as const, 'xmeml' as const);
  const urlOf = (path: string, flavour: 'rfc8089' | 'xmeml'): string => {
    const url = mediaUrlOf(path, flavour);
    if (url.kind === 'refused') throw new Error(url.reason);
    return url.url;
  };

  test('POSIX paths of any Unicode round-trip', () => {
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 4 }), flavours, (segments, flavour) => {
        // A folder 'c:' at the root cannot be told from a drive.
        fc.pre(!/^[A-Za-z]:/.test(segments[0] ?? ''));
        const path = `/${segments.join('/')}`;
        const url = urlOf(path, flavour);
        expect(url).toMatch(/^file:\/\/(localhost)?\/[A-Za-z0-9._~%/-]*$/);
        expect(pathOfMediaUrl(url)).toBe(path);
        expect(nameOfMediaUrl(url)).toBe(segments.at(-1));
      }),
      { numRuns: scaled(500) },
    );
  });

  test('Windows paths round-trip', () => {
    const name = segment.filter((text) => !/[\\:]/.test(text));
    fc.assert(
      fc.property(
        fc.constantFrom('C', 'd'),
        fc.array(name, { minLength: 1, maxLength: 4 }),
        flavours,
        (drive, segments, flavour) => {
          const path = `${drive}:\\${segments.join('\\')}`;
          expect(pathOfMediaUrl(urlOf(path, flavour))).toBe(path);
        },
      ),
      { numRuns: scaled(300) },
    );
  });

  test('golden values', () => {
    expect(urlOf('/media/A 001.mov', 'rfc8089')).toBe('file:///media/A%20001.mov');
    expect(urlOf('C:\\m\\a b.mov', 'rfc8089')).toBe('file:///C:/m/a%20b.mov');
    expect(urlOf('C:\\m\\a b.mov', 'xmeml')).toBe('file://localhost/C%3a/m/a%20b.mov');
    expect(urlOf('\\\\?\\C:\\long\\x.mov', 'rfc8089')).toBe('file:///C:/long/x.mov');
    expect(urlOf('/e\u0301/\u00e9', 'rfc8089')).toBe('file:///e%CC%81/%C3%A9');
    expect(mediaUrlOf('\\\\server\\share\\a.mov')).toEqual({ kind: 'refused', reason: 'unc' });
    expect(mediaUrlOf('a.mov')).toEqual({ kind: 'refused', reason: 'relative' });
  });

  test('what other programs write is understood; other hosts are not', () => {
    expect(pathOfMediaUrl('file://localhost/D%3a/media/x.mov')).toBe('D:\\media\\x.mov');
    expect(pathOfMediaUrl('/Volumes/x y.mov')).toBe('/Volumes/x y.mov');
    expect(pathOfMediaUrl('file:///media/100%.mov')).toBe('/media/100%.mov');
    expect(pathOfMediaUrl('file://server/share/x.mov')).toBeUndefined();
    expect(pathOfMediaUrl('file:////server/share/x.mov')).toBeUndefined();
    expect(pathOfMediaUrl('http://example.com/x.mov')).toBeUndefined();
  });
});
