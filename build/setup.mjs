#!/usr/bin/env node
// Finds what npm cannot bring, and installs it where that needs no question. Plain JavaScript for any Node from 18 on.
// Everything it says goes to stderr: it may run inside commands whose stdout is a document.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { homedir, platform } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { argv, env, exit, getuid, stderr } from 'node:process';
import { fileURLToPath } from 'node:url';

const EXIT_MISSING_TOOL = 4;
/** libavutil of ffmpeg 5.1: unlike the release name, every build reports it in the same form. */
const OLDEST_AVUTIL = [57, 28];

/** @typedef {'run' | 'test'} Purpose */
/** @typedef {{ readonly name: string, readonly problem: string }} Missing */

/**
 * Makes sure that what Montage needs is there.
 *
 * @param {Purpose} purpose
 * @returns {number | undefined} the exit code to end with, or undefined when everything is there
 */
export function ensure(purpose) {
  let missing = findMissing(purpose);
  if (missing.length === 0) return undefined;
  const system = thisSystem();
  const chosenByHand = missing.some(({ name }) => env[`MONTAGE_${name.toUpperCase()}`] !== undefined);
  if (system === 'debian' && getuid?.() === 0 && !chosenByHand) {
    installByApt(purpose, missing);
    missing = findMissing(purpose);
    if (missing.length === 0) return undefined;
  }
  const problems = missing.map(({ problem }) => problem).join('; ');
  stderr.write(`E_TOOL_MISSING: ${problems}, ${advice(missing, system, purpose)}\n`);
  return EXIT_MISSING_TOOL;
}

/** @param {Purpose} purpose @returns {Missing[]} */
function findMissing(purpose) {
  const problems = [
    { name: 'ffmpeg', problem: ffmpegProblem() },
    ...(purpose === 'test'
      ? [
          { name: 'chromium', problem: chromiumProblem() },
          { name: 'font', problem: hasFont() ? undefined : 'no font is installed' },
        ]
      : []),
  ];
  return problems.flatMap(({ name, problem }) => (problem === undefined ? [] : [{ name, problem }]));
}

function ffmpegProblem() {
  const chosen = env['MONTAGE_FFMPEG'];
  const ffmpeg = chosen ?? onPath('ffmpeg');
  if (ffmpeg === undefined) return 'ffmpeg is not installed';
  if (!isExecutable(ffmpeg)) return `MONTAGE_FFMPEG is not a program: ${ffmpeg}`;
  const { stdout } = spawnSync(ffmpeg, ['-hide_banner', '-version'], { encoding: 'utf8', timeout: 20_000 });
  const version = /libavutil\s+(\d+)\.\s*(\d+)\./.exec(stdout ?? '');
  if (version === null) return `this is not ffmpeg: ${ffmpeg}`;
  if (isOlder([Number(version[1]), Number(version[2])], OLDEST_AVUTIL)) return `ffmpeg is older than 5.1: ${ffmpeg}`;
  if (!stdout.includes('--enable-libx264') && !listsX264(ffmpeg)) return `ffmpeg has no libx264: ${ffmpeg}`;
  const beside = join(dirname(realpathSync(ffmpeg)), platform() === 'win32' ? 'ffprobe.exe' : 'ffprobe');
  if (!isExecutable(beside) && onPath('ffprobe') === undefined) return `ffprobe is missing beside ${ffmpeg}`;
  return undefined;
}

/** @param {readonly number[]} version @param {readonly number[]} oldest */
function isOlder(version, oldest) {
  const [major = 0, minor = 0] = version;
  const [oldestMajor = 0, oldestMinor = 0] = oldest;
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
}

/** @param {string} ffmpeg */
function listsX264(ffmpeg) {
  const { stdout } = spawnSync(ffmpeg, ['-hide_banner', '-encoders'], { encoding: 'utf8', timeout: 20_000 });
  return (stdout ?? '').includes(' libx264 ');
}

function chromiumProblem() {
  const chosen = env['MONTAGE_CHROMIUM'];
  if (chosen !== undefined) return isExecutable(chosen) ? undefined : `MONTAGE_CHROMIUM is not a program: ${chosen}`;
  return findChromium() === undefined ? 'Chromium is not installed' : undefined;
}

/** The browser the tests drive: `MONTAGE_CHROMIUM`, else one on the PATH or in its usual place. */
export function findChromium() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
  const places = [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    join(env['PROGRAMFILES'] ?? '', 'Google', 'Chrome', 'Application', 'chrome.exe'),
    join(env['PROGRAMFILES(X86)'] ?? '', 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
  ];
  return (
    env['MONTAGE_CHROMIUM'] ??
    names.map(onPath).find((found) => found !== undefined) ??
    places.find((place) => isExecutable(place))
  );
}

function hasFont() {
  if (platform() === 'darwin' || platform() === 'win32') return true;
  const home = homedir();
  const folders = [
    '/usr/share/fonts',
    '/usr/local/share/fonts',
    join(home, '.fonts'),
    join(home, '.local/share/fonts'),
  ];
  return folders.some((folder) => holdsFont(folder, 5));
}

/** @param {string} folder @param {number} depth @returns {boolean} */
function holdsFont(folder, depth) {
  if (depth === 0 || !existsSync(folder)) return false;
  const entries = readdirSync(folder, { withFileTypes: true });
  if (entries.some((entry) => /\.(ttf|otf|ttc)$/i.test(entry.name))) return true;
  return entries.some((entry) => entry.isDirectory() && holdsFont(join(folder, entry.name), depth - 1));
}

/** @param {string} name @returns {string | undefined} */
function onPath(name) {
  const endings = platform() === 'win32' ? ['.exe', '.cmd'] : [''];
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    for (const ending of endings) {
      const file = join(folder, name + ending);
      if (folder !== '' && isExecutable(file)) return file;
    }
  }
  return undefined;
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Names of packages that bring each thing. What a system brings along itself has no entry. */
const PACKAGES = {
  debian: { ffmpeg: 'ffmpeg', chromium: 'chromium', font: 'fonts-dejavu-core' },
  fedora: { ffmpeg: 'ffmpeg', chromium: 'chromium', font: 'dejavu-sans-fonts' },
  arch: { ffmpeg: 'ffmpeg', chromium: 'chromium', font: 'ttf-dejavu' },
  suse: { ffmpeg: 'ffmpeg', chromium: 'chromium', font: 'dejavu-fonts' },
  alpine: { ffmpeg: 'ffmpeg', chromium: 'chromium', font: 'ttf-dejavu' },
  mac: { ffmpeg: 'ffmpeg', chromium: '--cask google-chrome' },
  windows: { ffmpeg: 'Gyan.FFmpeg', chromium: 'Google.Chrome' },
};
const INSTALL = {
  debian: 'sudo apt-get update && sudo apt-get install -y',
  fedora:
    'sudo dnf install -y https://mirrors.rpmfusion.org/free/fedora/rpmfusion-free-release-$(rpm -E %fedora).noarch.rpm && sudo dnf install -y --allowerasing',
  arch: 'sudo pacman -S --needed',
  suse: 'sudo zypper install -y',
  alpine: 'sudo apk add',
  mac: 'brew install',
  windows: 'winget install -e --id',
};
/** Speech for the sample footage and a checker of XML for the tests: used where they are, missed by nobody. */
const WELCOME = { run: ['espeak-ng'], test: ['espeak-ng', 'libxml2-utils'] };

/** @returns {keyof typeof PACKAGES | 'unknown'} */
function thisSystem() {
  if (platform() === 'darwin') return 'mac';
  if (platform() === 'win32') return 'windows';
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  const family = [...release.matchAll(/^ID(?:_LIKE)?="?([^"\n]+)"?$/gm)].flatMap(([, ids]) => (ids ?? '').split(' '));
  if (family.some((id) => id === 'debian' || id === 'ubuntu')) return 'debian';
  if (family.some((id) => id === 'fedora' || id === 'rhel')) return 'fedora';
  if (family.includes('arch')) return 'arch';
  if (family.some((id) => id.includes('suse'))) return 'suse';
  return family.includes('alpine') ? 'alpine' : 'unknown';
}

/** @param {readonly Missing[]} missing @param {keyof typeof PACKAGES | 'unknown'} system @param {Purpose} purpose */
function advice(missing, system, purpose) {
  const byHand = missing.map(({ name }) => `MONTAGE_${name.toUpperCase()}`).filter((name) => env[name] !== undefined);
  if (byHand.length > 0) return `unset ${byHand.join(', ')} or let it name the right program`;
  if (system === 'unknown') return "install it with your system's packages or set MONTAGE_FFMPEG, MONTAGE_CHROMIUM";
  const wanted = [...packagesFor(missing, system), ...(system === 'debian' ? WELCOME[purpose] : [])];
  // These two take one package at a time, or one kind of package.
  const oneByOne = system === 'mac' || system === 'windows';
  const commands = oneByOne
    ? wanted.map((name) => `${INSTALL[system]} ${name}`)
    : [[INSTALL[system], ...wanted].join(' ')];
  return `run: ${commands.join(' && ')}`;
}

/** @param {readonly Missing[]} missing @param {keyof typeof PACKAGES} system */
function packagesFor(missing, system) {
  const packages = /** @type {Record<string, string | undefined>} */ (PACKAGES[system]);
  return missing.flatMap(({ name }) => packages[name] ?? []);
}

/** @param {Purpose} purpose @param {readonly Missing[]} missing */
function installByApt(purpose, missing) {
  const wanted = [...packagesFor(missing, 'debian'), ...WELCOME[purpose]];
  stderr.write(`Installing ${wanted.join(', ')} …\n`);
  const options = {
    // Its own chatter is kept from stdout as well.
    stdio: /** @type {import('node:child_process').StdioOptions} */ (['ignore', 2, 2]),
    env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  spawnSync('apt-get', ['-q', 'update'], options);
  const install = ['-q', '-o', 'DPkg::Lock::Timeout=120', 'install', '-y', '--no-install-recommends', ...wanted];
  spawnSync('apt-get', install, options);
}

if (argv[1] !== undefined && existsSync(argv[1]) && realpathSync(argv[1]) === fileURLToPath(import.meta.url)) {
  const purpose = argv[argv.indexOf('--for') + 1];
  exit(ensure(argv.includes('--for') && purpose === 'test' ? 'test' : 'run') ?? 0);
}
