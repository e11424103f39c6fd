import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { runProgram } from '../../native/process/programs.ts';
import { makeFilm } from '../native/host/served.ts';
import { slowness } from '../busy-machine.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { ended, ffmpegsOn, montage, startMontage } from './run-montage.ts';

/** Some user who is not root. */
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
/** Somebody else can only run what they can reach: a house in a private folder is not. */
const reach = ['-e', 'process.getBuiltinModule("node:fs").accessSync(process.argv[1])', fileURLToPath(import.meta.url)];
const canRunAsNobody =
  isRoot && spawnSync(process.execPath, reach, { uid: NOBODY, gid: NOBODY, cwd: '/' }).status === 0;

/** Exactly one JSON document. */
function document(stdout: string): unknown {
  return JSON.parse(stdout);
}

const refusal = (code: string) => new RegExp(`^${code}: [^\\n]+\\n$`, 'm');

describe('bad input is one coded line with its exit code, and --json stays JSON', () => {
  const folder = () => {
    const made = temporaryFolder();
    writeFileSync(join(made, 'empty.mp4'), '');
    writeFileSync(join(made, 'text.mp4'), 'not a film\n'.repeat(50));
    writeFileSync(join(made, 'list.mp4'), '#EXTM3U\n#EXT-X-VERSION:3\n/etc/passwd\n');
    writeFileSync(join(made, '-dash.mp4'), '');
    return made;
  };
  test.each([
    [['probe', 'nope.mp4'], 3, 'E_NOT_FOUND'],
    [['probe', '.'], 3, 'E_IS_DIRECTORY'],
    [['probe', 'empty.mp4'], 3, 'E_EMPTY_FILE'],
    [['probe', 'text.mp4'], 3, 'E_NOT_MEDIA'],
    [['probe', 'list.mp4'], 3, 'E_PLAYLIST'],
    [['probe', '-dash.mp4'], 2, 'E_USAGE'],
    [['probe', '--', '-dash.mp4'], 3, 'E_EMPTY_FILE'],
    [['probe', 'new\nline.mp4'], 3, 'E_NOT_FOUND'],
    [['probe'], 2, 'E_USAGE'],
    [['nonsense'], 2, 'E_USAGE'],
    [['serve', '--port', '70000'], 2, 'E_USAGE'],
    [['serve', '--project', 'text.mp4'], 3, 'E_PROJECT_INVALID'],
    [['jobs', 'list', '--project', 'nope.montage'], 3, 'E_PROJECT_MISSING'],
    [['export', '--project', 'nope.montage', '--timeline', 'x', '--out', 'a.doc'], 2, 'E_USAGE'],
    [['render', 'nope.json', '-o', 'a.mp4'], 3, 'E_NOT_FOUND'],
    [['render', 'text.mp4', '-o', 'a.mp4'], 3, 'E_UNKNOWN_FORMAT'],
    [['cut', 'text.mp4', '--out', 'out', '--duration', '-3'], 2, 'E_USAGE'],
    [['import', 'nope.mp4', '--project', 'p.montage'], 3, 'E_NOT_FOUND'],
    [['analyse', 'nope.mp4', '--project', 'p.montage'], 3, 'E_NOT_FOUND'],
    [['analyse', '--project', 'p.montage', '--only', 'taste'], 2, 'E_USAGE'],
    [['search', '--project', 'p.montage'], 2, 'E_USAGE'],
    [['search', 'dog', '--project', 'nope.montage'], 3, 'E_PROJECT_MISSING'],
  ] as const)('%j', async (args, status, code) => {
    const cwd = folder();
    const hasOwnCommands = args[0] === 'jobs' || args[0] === 'nonsense';
    const ran = await montage([...args.slice(0, 1), ...(hasOwnCommands ? [] : ['--json']), ...args.slice(1)], { cwd });
    expect([ran.status, ran.stderr]).toEqual([status, expect.stringMatching(refusal(code))]);
    expect(ran.stderr).not.toMatch(/^\s+at /m);
    if (!hasOwnCommands) expect(document(ran.stdout)).toMatchObject({ fault: { code } });
  });

  test.runIf(canRunAsNobody)('folders without permission, as a user who feels it', async () => {
    const cwd = temporaryFolder();
    chmodSync(cwd, 0o755);
    mkdirSync(join(cwd, 'closed'), { mode: 0o700 });
    const options = { cwd, uid: NOBODY, env: { HOME: cwd } };
    const output = await montage(['cut', '.', '--out', join(cwd, 'closed', 'x')], options);
    expect([output.status, output.stderr]).toEqual([5, expect.stringMatching(/E_NO_PERMISSION/)]);
    const project = await montage(['import', '.', '--project', join(cwd, 'closed', 'p.montage')], options);
    expect([project.status, project.stderr]).toEqual([5, expect.stringMatching(/E_(PROJECT_READ_ONLY|NO_PERMISSION)/)]);
  });

  test('a port in use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? String(address.port) : '';
    const ran = await montage(['serve', '--port', port]);
    server.close();
    expect([ran.status, ran.stderr]).toEqual([3, expect.stringMatching(refusal('E_PORT_IN_USE'))]);
  });
});

describe('the commands do what they say', () => {
  const place = { folder: '', film: '' };
  beforeAll(async () => {
    const made = await runProgram('mktemp', ['-d']);
    place.folder = made.stdout.trim();
    place.film = await makeFilm(join(place.folder, 'red & blue #1.mp4'), 'red');
    await makeFilm(join(place.folder, 'green.mp4'), 'green');
    return () => runProgram('rm', ['-rf', place.folder]);
  });

  test('probe and shots', async () => {
    const probed = await montage(['probe', place.film, '--json']);
    expect(document(probed.stdout)).toMatchObject({ file: place.film, kind: 'video' });
    const shots = await montage(['shots', place.film, '--json']);
    const { path, ...list } = z.looseObject({ path: z.unknown() }).parse(document(shots.stdout));
    expect(path).toMatchObject({ kind: 'signal' });
    expect(list).toEqual({
      file: place.film,
      rate: '25',
      vfr: false,
      frames: 25,
      shots: [
        { firstFrame: 0, lastFrame: 24, startSeconds: 0, endSeconds: 1, keyFrame: 0, transitionIn: { kind: 'start' } },
      ],
    });
  });

  test('import: folders with links in circles, junk and no media; then a cut, its exports and films', async () => {
    const footage = join(place.folder, 'footage');
    mkdirSync(join(footage, 'deep'), { recursive: true });
    await makeFilm(join(footage, 'deep', 'blue.mp4'), 'blue');
    writeFileSync(join(footage, '.hidden.mp4'), 'x');
    writeFileSync(join(footage, 'notes.txt'), 'no film');
    symlinkSync(footage, join(footage, 'deep', 'circle'));
    const project = join(place.folder, 'film.montage');
    const imported = await montage(['import', footage, place.film, '--project', project, '--json']);
    expect(imported.status).toBe(0);
    expect(document(imported.stdout)).toMatchObject({
      added: [{ file: join(footage, 'deep', 'blue.mp4') }, { file: place.film }],
      rejected: [{ file: join(footage, 'notes.txt') }],
      jobs: [{ state: 'done' }, { state: 'done' }],
    });
    const lost = await montage(['import', join(footage, 'notes.txt'), place.film, '--project', project]);
    expect(lost.status).toBe(1);

    const show = async (...args: readonly string[]) => {
      const shown = await montage(['show', '--project', project, '--json', ...args]);
      return document(shown.stdout);
    };
    expect(await show('--what', 'shots')).toMatchObject({ total: 2, found: [{ startSeconds: 0, endSeconds: 1 }, {}] });
    const oneFile = { total: 1, found: [{ file: 'blue.mp4', measure: 'sharpness' }] };
    expect(await show('blue.mp4', '--what', 'scores', '--measure', 'sharpness')).toMatchObject(oneFile);
    expect(await show('--measure', 'sharpness', '--least', '101')).toEqual({ total: 0, found: [] });
    const analysed = await montage(['analyse', 'blue.mp4', '--project', project, '--only', 'shots,loudness', '--json']);
    const states = ['shots', 'loudness'].map((analyserId) => ({ analyserId, state: 'done' }));
    expect(document(analysed.stdout)).toMatchObject({ files: [{ analysers: states }] });
    const unknown = await montage(['show', 'red.mp4', '--project', project]);
    expect([unknown.status, unknown.stderr]).toEqual([3, expect.stringMatching(/^E_MEDIA_UNKNOWN: .*blue\.mp4/)]);

    const out = join(place.folder, 'out');
    const cut = await montage([
      'cut',
      footage,
      place.film,
      '--project',
      project,
      '--out',
      out,
      '--duration',
      '1.2',
      '--size',
      '64x64',
      '--json',
    ]);
    expect([cut.status, cut.stderr]).toEqual([0, expect.any(String)]);
    expect(readdirSync(out).toSorted()).toEqual([
      'cut.edl',
      'cut.fcpxml',
      'cut.mp4',
      'cut.otio',
      'cut.xml',
      'report.json',
      'suggestion.json',
    ]);
    expect(JSON.parse(readFileSync(join(out, 'report.json'), 'utf8'))).toEqual(document(cut.stdout));
    const made = z
      .object({ cut: z.object({ name: z.string(), durationSeconds: z.number() }) })
      .parse(document(cut.stdout)).cut;
    const { name } = made;
    const frameCount = Math.round(made.durationSeconds * 25);

    const exported = await montage([
      'export',
      '--project',
      project,
      '--timeline',
      name,
      '--out',
      join(place.folder, 'again.otio'),
      '--json',
    ]);
    expect(exported.status).toBe(0);
    expect(readFileSync(join(place.folder, 'again.otio'), 'utf8')).toBe(readFileSync(join(out, 'cut.otio'), 'utf8'));
    const film = join(place.folder, 'film.mp4');
    const rendered = await montage(['render', project, '--timeline', name, '-o', film, '--json']);
    const looked = { preflight: { findings: [] }, quality: { frameCount, expectedFrames: frameCount } };
    expect(document(rendered.stdout)).toMatchObject({ path: film, frameCount, ...looked });
    expect(rendered.stderr).toMatch(/the finished film: .*LUFS/);
    for (const file of ['cut.otio', 'cut.xml']) {
      const again = await montage(['render', join(out, file), '-o', film, '--json']);
      expect([file, again.status, document(again.stdout)]).toMatchObject([file, 0, { frameCount, ...looked }]);
      expect(again.stderr).toMatch(/checked: loudness/);
    }
    const jobs = await montage(['jobs', 'list', '--project', project, '--json']);
    const listed = z.object({ jobs: z.array(z.looseObject({ kind: z.string() })) }).parse(document(jobs.stdout)).jobs;
    // What needs no model is looked for after ingest, in jobs of its own.
    expect(listed.filter(({ kind }) => kind !== 'analyse')).toMatchObject([
      { kind: 'render' },
      { kind: 'render' },
      { kind: 'cut', state: 'done' },
      {},
      {},
    ]);
  });

  test('without a project nothing is left but the folder that was asked for', async () => {
    const temp = temporaryFolder();
    const out = join(temp, 'out');
    const ran = await montage(
      ['cut', place.film, '--out', out, '--duration', '1', '--size', '64x64', '--formats', 'otio,edl'],
      { env: { TMPDIR: temp } },
    );
    expect(ran.status).toBe(0);
    expect(readdirSync(out).toSorted()).toEqual(['cut.edl', 'cut.otio', 'report.json', 'suggestion.json']);
    expect(readdirSync(temp).filter((name) => name.startsWith('montage-project'))).toEqual([]);
  });

  test('a detached import goes on without its command, and other commands talk to its engine', async () => {
    const project = join(temporaryFolder(), 'detached.montage');
    const ran = await montage(['import', place.film, '--project', project, '--detach']);
    const [job = ''] = ran.stdout.trim().split('\n');
    expect(job).toMatch(/^job-/);
    const waited = await montage(['jobs', 'wait', job, '--project', project, '--json']);
    expect(document(waited.stdout)).toMatchObject({ jobs: [{ id: job, state: 'done' }] });
    const lock = z.object({ pid: z.int() }).parse(JSON.parse(readFileSync(`${project}.lock`, 'utf8')));
    process.kill(lock.pid, 'SIGTERM');
    await expect.poll(() => existsSync(`${project}.lock`), { timeout: 10_000 }).toBe(false);
  });

  test('SIGTERM ends serve within two seconds, children included', async () => {
    const folder = temporaryFolder();
    const long = join(folder, 'long.mp4');
    await runProgram('ffmpeg', [
      '-v',
      'error',
      '-f',
      'lavfi',
      '-i',
      'testsrc2=size=1280x720:rate=30:duration=40',
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      `file:${long}`,
    ]);
    const project = join(folder, 'p.montage');
    const importing = startMontage(['import', long, '--project', project]);
    const ending = ended(importing);
    await expect.poll(() => ffmpegsOn(long).length, { timeout: 20_000 }).toBeGreaterThan(0);
    const before = performance.now();
    importing.kill('SIGTERM');
    const { status } = await ending;
    const tookMs = performance.now() - before;
    if (tookMs >= 2000) expect(tookMs).toBeLessThan(2000 * slowness());
    expect([status, ffmpegsOn(long)]).toEqual([1, []]);
  });
});
