// What is used here of the WebAssembly JavaScript Interface; neither ECMAScript's library nor Node's types declare it.
declare const WebAssembly: {
  readonly Module: new (code: Uint8Array) => WebAssemblyModule;
  readonly Instance: new (module: WebAssemblyModule) => { readonly exports: PictureExports };
};

interface WebAssemblyModule {
  readonly compiled: never;
}

interface WebAssemblyMemory {
  readonly buffer: ArrayBuffer;
  /** Adds pages of 64 KiB. Views of the buffer before are empty then. */
  grow(pages: number): number;
}

/** The exports of assembly/pictures.ts and assembly/sounds.ts. */
interface PictureExports {
  readonly memory: WebAssemblyMemory;
  shrink(from: number, width: number, height: number, to: number, columns: number, rows: number, sums: number): void;
  coarsen(from: number, width: number, height: number, to: number, columns: number, rows: number): void;
  tones(y: number, pixels: number, u: number, v: number, chroma: number, bins: number): void;
  momentsOf(values: number, length: number, out: number): void;
  level(values: number, length: number, mean: number, scale: number): void;
  structuresApart(a: number, b: number): number;
  blocksApart(a: number, b: number, shifts: number, shiftCount: number, found: number, out: number): void;
  countTones(plane: number, pixels: number, histogram: number): void;
  detail(plane: number, width: number, height: number, out: number): void;
  noise(plane: number, width: number, height: number, out: number): number;
  spectrum(
    samples: number,
    window: number,
    reversed: number,
    stages: number,
    cosines: number,
    sines: number,
    re: number,
    im: number,
    power: number,
    half: number,
  ): void;
  cells(plane: number, width: number, height: number, columns: number, rows: number, out: number, counts: number): void;
  colours(y: number, u: number, v: number, width: number, height: number, out: number): number;
  thirds(plane: number, before: number, pixels: number, out: number): void;
  halve(plane: number, width: number, height: number, to: number): void;
  followBlocks(
    a: number,
    b: number,
    width: number,
    height: number,
    startX: number,
    startY: number,
    leastTexture: number,
    lost: number,
    out: number,
  ): number;
  weigh(samples: number, stride: number, frames: number, coefficients: number, state: number): void;
  extremes(samples: number, stride: number, frames: number, state: number): void;
  levels(samples: number, stride: number, frames: number, state: number): void;
  truePeak(samples: number, stride: number, count: number, state: number, tables: number): void;
  truePeakEnd(state: number, tables: number): number;
}
