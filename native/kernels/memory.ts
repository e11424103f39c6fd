import { CODE } from './compiled.ts';

/** Loads touch up to so many bytes behind a buffer. */
const SPARE = 32;
const PAGE = 65_536;

type Table = Uint8Array | Int8Array | Uint32Array | Float32Array | Float64Array;

/** A buffer in the module's memory that grows with what is put into it. */
export type Area = {
  /** Where it is, once there is room for so many bytes. */
  readonly room: (bytes: number) => number;
  /** Copies numbers in and gives where they are. */
  readonly put: (values: Table) => number;
};

/** One instance of the kernels with its memory; for one thread and one file. */
export type KernelMemory = {
  readonly run: PictureExports;
  readonly area: () => Area;
  /** Views of what is there now: copy what is kept, they end when an area grows. */
  readonly floats: (at: number, length: number) => Float32Array<ArrayBuffer>;
  readonly doubles: (at: number, length: number) => Float64Array<ArrayBuffer>;
  readonly words: (at: number, length: number) => Uint32Array<ArrayBuffer>;
  readonly bytes: (at: number, length: number) => Uint8Array<ArrayBuffer>;
};

let compiled: WebAssemblyModule | undefined;

/** An instance; the code is compiled once per thread. */
export function createKernelMemory(): KernelMemory {
  compiled ??= new WebAssembly.Module(Buffer.from(CODE, 'base64'));
  const run = new WebAssembly.Instance(compiled).exports;
  const { memory } = run;
  let end = PAGE;
  const reserve = (bytes: number): number => {
    const at = end;
    end = Math.ceil((at + bytes + SPARE) / 16) * 16;
    const missing = Math.ceil((end - memory.buffer.byteLength) / PAGE);
    if (missing > 0) memory.grow(missing);
    return at;
  };
  const area = (): Area => {
    let [at, size] = [0, -1];
    const room = (bytes: number): number => {
      if (bytes > size) [at, size] = [reserve(bytes), bytes];
      return at;
    };
    const put = (values: Table): number => {
      const to = room(values.byteLength);
      if (values instanceof Float32Array) new Float32Array(memory.buffer, to, values.length).set(values);
      else if (values instanceof Float64Array) new Float64Array(memory.buffer, to, values.length).set(values);
      else if (values instanceof Uint32Array) new Uint32Array(memory.buffer, to, values.length).set(values);
      else new Uint8Array(memory.buffer, to, values.length).set(values);
      return to;
    };
    return { room, put };
  };
  return {
    run,
    area,
    floats: (at, length) => new Float32Array(memory.buffer, at, length),
    doubles: (at, length) => new Float64Array(memory.buffer, at, length),
    words: (at, length) => new Uint32Array(memory.buffer, at, length),
    bytes: (at, length) => new Uint8Array(memory.buffer, at, length),
  };
}
