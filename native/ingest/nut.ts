import { assert } from '../../core/errors.ts';
import { mulDiv, rational, type Rational } from '../../core/time/rational.ts';

/** One packet of a NUT stream. `data` is only valid until the reader takes its next bytes. */
export type NutPacket = {
  readonly stream: number;
  readonly pts: number;
  readonly timeBase: Rational;
  readonly data: Uint8Array;
};

/** Takes the bytes of a NUT file as they come and gives its packets in order. */
export type NutReader = { readonly push: (bytes: Uint8Array) => Generator<NutPacket, void, void> };

/** A packet's time in ticks of its source: NUT may use finer ones; back where they are whole. */
export function inTicks(packet: NutPacket, timeBase: Rational): number {
  const { num, den } = packet.timeBase;
  return mulDiv(packet.pts, num * timeBase.den, den * timeBase.num, 'nearest');
}

const MAIN = 'N'.charCodeAt(0) * 256 + 'M'.charCodeAt(0);
const STREAM = 'N'.charCodeAt(0) * 256 + 'S'.charCodeAt(0);
const SYNCPOINT = 'N'.charCodeAt(0) * 256 + 'K'.charCodeAt(0);
const STARTCODE_LEAD = 'N'.charCodeAt(0);
const ID_STRING = 'nut/multimedia container\0';

const FLAG_CODED_PTS = 8;
const FLAG_STREAM_ID = 16;
const FLAG_SIZE_MSB = 32;
const FLAG_CHECKSUM = 64;
const FLAG_RESERVED = 128;
const FLAG_SIDE_META = 256;
const FLAG_HEADER_INDEX = 1024;
const FLAG_MATCH_TIME = 2048;
const FLAG_CODED = 4096;
const FLAG_INVALID = 8192;

type FrameCode = {
  readonly flags: number;
  readonly stream: number;
  readonly sizeMultiplier: number;
  readonly sizeLow: number;
  readonly ptsDelta: number;
  readonly reserved: number;
  readonly headerIndex: number;
};

type NutStream = { readonly timeBase: Rational; readonly msbShift: number; lastPts: number };

type State = {
  timeBases: Rational[];
  codes: (FrameCode | undefined)[];
  elision: Uint8Array[];
  readonly streams: NutStream[];
};

/** Thrown inside when a unit's bytes are not all there yet. */
const INCOMPLETE = new Error('incomplete');

/**
 * Reads what ffmpeg's NUT muxer writes to a pipe: pictures, thumbnails and sound of one run in one stream, each with
 * its exact time (the NUT specification of 2013-11, as in libavformat/nutenc.c). Elided headers are restored.
 */
export function createNutReader(): NutReader {
  const state: State = { timeBases: [], codes: [], elision: [], streams: [] };
  const store = createStore();
  let begun = false;
  return {
    *push(bytes) {
      const pending = store.add(bytes);
      let at = 0;
      if (!begun) {
        // Nothing is dropped yet.
        if (pending.length < ID_STRING.length) return;
        const id = String.fromCharCode(...pending.subarray(0, ID_STRING.length));
        assert(id === ID_STRING, 'ffmpeg writes NUT');
        at = ID_STRING.length;
        begun = true;
      }
      while (at < pending.length) {
        const unit = readUnit(pending, at, state);
        if (unit === undefined) break;
        at = unit.end;
        if (unit.packet !== undefined) yield unit.packet;
      }
      store.drop(at);
    },
  };
}

/** Bytes that wait for the rest of their unit, in one buffer that is used again. */
function createStore() {
  let buffer = new Uint8Array(1 << 18);
  let [start, end] = [0, 0];
  return {
    /** All bytes that wait, with these at their end. */
    add(bytes: Uint8Array): Uint8Array {
      const waiting = end - start;
      if (end + bytes.length > buffer.length) {
        const size = Math.max(buffer.length, 2 ** Math.ceil(Math.log2(waiting + bytes.length)));
        const next = size > buffer.length ? new Uint8Array(size) : buffer;
        next.set(buffer.subarray(start, end));
        buffer = next;
        [start, end] = [0, waiting];
      }
      buffer.set(bytes, end);
      end += bytes.length;
      return buffer.subarray(start, end);
    },
    drop(count: number): void {
      start += count;
    },
  };
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

type Unit = { readonly end: number; readonly packet?: NutPacket };

function readUnit(bytes: Uint8Array, at: number, state: State): Unit | undefined {
  try {
    const cursor = createCursor(bytes, at);
    return bytes[at] === STARTCODE_LEAD ? readPacketOfHeaders(cursor, state) : readFrame(cursor, state);
  } catch (error) {
    if (error === INCOMPLETE) return undefined;
    throw error;
  }
}

type Cursor = ReturnType<typeof createCursor>;

function createCursor(bytes: Uint8Array, start: number) {
  let at = start;
  const byte = (): number => {
    const value = bytes[at];
    if (value === undefined) throw INCOMPLETE;
    at++;
    return value;
  };
  const unsigned = (): number => {
    let value = 0;
    for (;;) {
      const next = byte();
      value = value * 128 + (next & 127);
      if (next < 128) return value;
    }
  };
  return {
    byte,
    unsigned,
    signed: (): number => {
      const value = unsigned() + 1;
      return value % 2 === 1 ? -(value - 1) / 2 : value / 2;
    },
    take: (count: number): Uint8Array => {
      if (at + count > bytes.length) throw INCOMPLETE;
      at += count;
      return bytes.subarray(at - count, at);
    },
    at: () => at,
  };
}

function readPacketOfHeaders(cursor: Cursor, state: State): Unit {
  const head = cursor.take(8);
  const code = (head[0] ?? 0) * 256 + (head[1] ?? 0);
  const length = cursor.unsigned();
  if (length > 4096) cursor.take(4);
  const bodyStart = cursor.at();
  const body = cursor.take(length).slice();
  const fields = createCursor(body, 0);
  if (code === MAIN) readMainHeader(fields, state);
  else if (code === STREAM) readStreamHeader(fields, state);
  else if (code === SYNCPOINT) readSyncpoint(fields, state);
  return { end: bodyStart + length };
}

function readMainHeader(fields: Cursor, state: State): void {
  const version = fields.unsigned();
  if (version > 3) fields.unsigned();
  fields.unsigned();
  fields.unsigned();
  state.timeBases = Array.from({ length: fields.unsigned() }, () => {
    const num = fields.unsigned();
    return rational(num, fields.unsigned());
  });
  state.codes = readFrameCodes(fields);
  const headers = fields.unsigned();
  state.elision = [new Uint8Array(0)];
  for (let index = 1; index < headers; index++) state.elision.push(fields.take(fields.unsigned()).slice());
}

function readFrameCodes(fields: Cursor): (FrameCode | undefined)[] {
  const codes: (FrameCode | undefined)[] = [];
  let [ptsDelta, sizeMultiplier, stream, headerIndex] = [0, 1, 0, 0];
  while (codes.length < 256) {
    const flags = fields.unsigned();
    const count = fields.unsigned();
    if (count > 0) ptsDelta = fields.signed();
    if (count > 1) sizeMultiplier = fields.unsigned();
    if (count > 2) stream = fields.unsigned();
    const size = count > 3 ? fields.unsigned() : 0;
    const reserved = count > 4 ? fields.unsigned() : 0;
    const run = count > 5 ? fields.unsigned() : sizeMultiplier - size;
    if (count > 6) fields.signed();
    if (count > 7) headerIndex = fields.unsigned();
    for (let extra = 8; extra < count; extra++) fields.unsigned();
    for (let index = 0; index < run && codes.length < 256; index++) {
      if (codes.length === STARTCODE_LEAD) {
        codes.push(undefined);
        index--;
        continue;
      }
      const code = { flags, stream, sizeMultiplier, sizeLow: size + index, ptsDelta, reserved, headerIndex };
      codes.push((flags & FLAG_INVALID) === 0 ? code : undefined);
    }
  }
  return codes;
}

function readStreamHeader(fields: Cursor, state: State): void {
  const id = fields.unsigned();
  fields.unsigned();
  fields.take(fields.unsigned());
  const timeBase = state.timeBases[fields.unsigned()];
  const msbShift = fields.unsigned();
  assert(timeBase !== undefined, 'a NUT stream names a time base of its main header');
  state.streams[id] = { timeBase, msbShift, lastPts: 0 };
}

/** Every stream's last time becomes the syncpoint's, rounded down to its own time base. */
function readSyncpoint(fields: Cursor, state: State): void {
  const coded = fields.unsigned();
  const from = state.timeBases[coded % state.timeBases.length];
  assert(from !== undefined, 'a syncpoint names a time base');
  const ticks = BigInt(Math.floor(coded / state.timeBases.length));
  for (const stream of state.streams) {
    const numerator = ticks * BigInt(from.num) * BigInt(stream.timeBase.den);
    stream.lastPts = Number(numerator / (BigInt(from.den) * BigInt(stream.timeBase.num)));
  }
}

function readFrame(cursor: Cursor, state: State): Unit {
  const code = state.codes[cursor.byte()];
  assert(code !== undefined, 'a NUT frame starts with a valid frame code');
  let flags = code.flags;
  if ((flags & FLAG_CODED) !== 0) flags ^= cursor.unsigned();
  const id = (flags & FLAG_STREAM_ID) !== 0 ? cursor.unsigned() : code.stream;
  const stream = state.streams[id];
  assert(stream !== undefined, 'a NUT frame names a stream');
  const pts = (flags & FLAG_CODED_PTS) !== 0 ? ptsOf(cursor.unsigned(), stream) : stream.lastPts + code.ptsDelta;
  let size = code.sizeLow;
  if ((flags & FLAG_SIZE_MSB) !== 0) size += code.sizeMultiplier * cursor.unsigned();
  if ((flags & FLAG_MATCH_TIME) !== 0) cursor.signed();
  let headerIndex = code.headerIndex;
  if ((flags & FLAG_HEADER_INDEX) !== 0) headerIndex = cursor.unsigned();
  const reserved = (flags & FLAG_RESERVED) !== 0 ? cursor.unsigned() : code.reserved;
  for (let index = 0; index < reserved; index++) cursor.unsigned();
  if ((flags & FLAG_CHECKSUM) !== 0) cursor.take(4);
  const elided = size > 4096 ? undefined : state.elision[headerIndex];
  const bytes = cursor.take(size - (elided?.length ?? 0));
  const payload = (flags & FLAG_SIDE_META) !== 0 ? withoutSideData(bytes) : bytes;
  const data = elided !== undefined && elided.length > 0 ? joined(elided, payload) : payload;
  // Only a whole frame moves the stream's clock.
  stream.lastPts = pts;
  return { end: cursor.at(), packet: { stream: id, pts, timeBase: stream.timeBase, data } };
}

/** Times are sent whole, or as their low bits nearest to the last one. */
function ptsOf(coded: number, stream: NutStream): number {
  const span = 2 ** stream.msbShift;
  if (coded >= span) return coded - span;
  const delta = stream.lastPts - Math.floor(span / 2) + 1;
  return ((((coded - delta) % span) + span) % span) + delta;
}

function withoutSideData(bytes: Uint8Array): Uint8Array {
  const cursor = createCursor(bytes, 0);
  for (let list = 0; list < 2; list++) skipSideData(cursor);
  return bytes.subarray(cursor.at());
}

function skipSideData(cursor: Cursor): void {
  const count = cursor.unsigned();
  for (let index = 0; index < count; index++) {
    cursor.take(cursor.unsigned());
    const kind = cursor.signed();
    if (kind === -1) cursor.take(cursor.unsigned());
    else if (kind === -2) {
      cursor.take(cursor.unsigned());
      cursor.take(cursor.unsigned());
    } else if (kind === -3 || kind === -4) cursor.signed();
    else if (kind < -4) cursor.signed();
  }
}
