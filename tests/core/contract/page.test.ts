import { describe, expect, test } from 'vitest';
import { CONTENT_SECURITY_POLICY, pageFile } from '../../../core/contract/page.ts';

describe('files of the window', () => {
  test('the page and its assets are named with their type; only what is named by content may be kept', () => {
    expect(pageFile('/')).toMatchObject({
      path: 'index.html',
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
        'content-security-policy': CONTENT_SECURITY_POLICY,
        'x-content-type-options': 'nosniff',
      },
    });
    const script = pageFile('/assets/index-a1.js');
    expect(script).toMatchObject({
      path: 'assets/index-a1.js',
      headers: { 'content-type': 'text/javascript; charset=utf-8' },
    });
    expect(script?.headers['cache-control']).toContain('immutable');
    expect(pageFile('/a%20b.svg')?.path).toBe('a b.svg');
  });

  test.each([
    '/../etc/passwd.json',
    '/%2e%2e/x.js',
    '/a\\b.js',
    '/C:/x.js',
    '/x%00.js',
    '/%',
    '/x',
    '/x.exe',
    '/x.constructor',
    'x.js',
    '',
  ])('%j is answered with nothing', (pathname) => {
    expect(pageFile(pathname)).toBeUndefined();
  });

  test('nothing but the app itself may be loaded', () => {
    expect(CONTENT_SECURITY_POLICY).toContain("default-src 'none'");
    expect(CONTENT_SECURITY_POLICY).not.toMatch(/https?:|\*/);
  });
});
