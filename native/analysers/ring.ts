/** What a slot of the ring holds. */
export type SlotKind = 'frame' | 'samples' | 'end';

const KINDS: readonly SlotKind[] = ['frame', 'samples', 'end'];
const SLOTS = 32;
/** Waking a thread is a call into the kernel and a switch: a sleeping end is woken for so many slots at once. */
const BATCH = 8;
const SLOT_HEADER_BYTES = 16;
const WRITTEN = 0;
const READ = 1;
/** The reader may be gone without a word: the writer looks up this often. */
const LOOK_UP_MS = 500;

/** Shared memory between the engine, which writes, and one worker, which reads. At most 32 slots are ahead. */
export type Ring = { readonly memory: SharedArrayBuffer; readonly slotBytes: number };

/** A ring whose slots hold up to `slotBytes` each. */
export function createRing(slotBytes: number): Ring {
  const aligned = Math.ceil(slotBytes / 8) * 8;
  return { memory: new SharedArrayBuffer(16 + SLOTS * (SLOT_HEADER_BYTES + aligned)), slotBytes: aligned };
}

function viewsOf(ring: Ring) {
  const control = new Int32Array(ring.memory, 0, 2);
  const slot = (count: number) => 16 + (count % SLOTS) * (SLOT_HEADER_BYTES + ring.slotBytes);
  return { control, slot, bytes: new Uint8Array(ring.memory), view: new DataView(ring.memory) };
}

/**
 * The writing end. `write` waits, without blocking the thread, while all slots are full; `isGone` ends the wait.
 * Payloads longer than a slot are split at whole multiples of `grain` bytes.
 */
export function ringWriter(ring: Ring, isGone: () => boolean) {
  const { control, slot, bytes, view } = viewsOf(ring);
  let written = 0;
  const room = async (): Promise<boolean> => {
    for (;;) {
      const read = Atomics.load(control, READ);
      if (isGone()) return false;
      if (written - read < SLOTS) return true;
      const waiting = Atomics.waitAsync(control, READ, read, LOOK_UP_MS);
      if (waiting.async) await waiting.value;
    }
  };
  return {
    /** False when the reader is gone. */
    async write(kind: SlotKind, payload: Uint8Array, grain = 1): Promise<boolean> {
      const part = Math.max(grain, Math.floor(ring.slotBytes / grain) * grain);
      let at = 0;
      do {
        if (!(await room())) return false;
        const piece = payload.subarray(at, at + part);
        const start = slot(written);
        view.setInt32(start, KINDS.indexOf(kind), true);
        view.setInt32(start + 4, piece.length, true);
        bytes.set(piece, start + SLOT_HEADER_BYTES);
        written++;
        Atomics.store(control, WRITTEN, written);
        if (kind === 'end' || written - Atomics.load(control, READ) >= BATCH) Atomics.notify(control, WRITTEN);
        at += part;
      } while (at < payload.length);
      return true;
    },
  };
}

/** The reading end: blocks its thread until something comes; `take` must be done with the bytes when it returns. */
export function readRing(ring: Ring, take: (kind: SlotKind, payload: Uint8Array<SharedArrayBuffer>) => void): void {
  const { control, slot, view } = viewsOf(ring);
  for (let read = 0; ; read++) {
    while (Atomics.load(control, WRITTEN) === read) Atomics.wait(control, WRITTEN, read);
    const start = slot(read);
    const kind = KINDS[view.getInt32(start, true)] ?? 'end';
    take(kind, new Uint8Array(ring.memory, start + SLOT_HEADER_BYTES, view.getInt32(start + 4, true)));
    Atomics.store(control, READ, read + 1);
    // A writer that waits does so for a full ring: a multiple comes before the reader runs out.
    if ((read + 1) % BATCH === 0) Atomics.notify(control, READ);
    if (kind === 'end') return;
  }
}
