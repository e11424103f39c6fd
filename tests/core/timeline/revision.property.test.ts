import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdit } from '../../../core/timeline/apply-edit.ts';
import { editId, type Edit, type EditId, type Refusal } from '../../../core/timeline/edit.ts';
import {
  acknowledge,
  isSaved,
  needsSnapshot,
  propose,
  refuse,
  remote,
  resync,
  startReplica,
  type Replica,
  type ReplicaStep,
} from '../../../core/timeline/revision.ts';
import { clipId, type Timeline } from '../../../core/timeline/timeline.ts';
import { scaled } from '../../scale.ts';
import { draws, editOf } from './edit-scripts.ts';
import type { Draw } from './script-parts.ts';
import { atFrame, picture, SOURCES, timelineOf } from './footage.ts';

type Message =
  | { readonly kind: 'committed'; readonly revision: number; readonly id: EditId; readonly edit: Edit }
  | { readonly kind: 'acknowledged'; readonly revision: number; readonly id: EditId }
  | { readonly kind: 'refused'; readonly id: EditId; readonly refusal: Refusal };

/** The engine's side: applies at head, remembers ids, refuses what cannot be and some that could. */
class Server {
  timeline: Timeline;
  revision = 0;
  readonly answered = new Map<EditId, Message>();
  readonly inboxes: Message[][];

  constructor(timeline: Timeline, clients: number) {
    this.timeline = timeline;
    this.inboxes = Array.from({ length: clients }, () => []);
  }

  receive(client: number, id: EditId, edit: Edit, contrary: boolean): void {
    const known = this.answered.get(id);
    if (known !== undefined) {
      this.inboxes[client]?.push(known);
      return;
    }
    const outcome = contrary ? undefined : applyEdit(this.timeline, edit, SOURCES);
    if (outcome?.ok !== true) {
      const refusal: Refusal = outcome?.refusal ?? { reason: 'nothing-to-do' };
      const answer: Message = { kind: 'refused', id, refusal };
      this.answered.set(id, answer);
      this.inboxes[client]?.push(answer);
      return;
    }
    this.timeline = outcome.timeline;
    this.revision += 1;
    const answer: Message = { kind: 'acknowledged', id, revision: this.revision };
    this.answered.set(id, answer);
    this.inboxes[client]?.push(answer);
    for (const inbox of this.inboxes) inbox.push({ kind: 'committed', revision: this.revision, id, edit });
  }
}

function take(replica: Replica, message: Message): ReplicaStep {
  switch (message.kind) {
    case 'committed':
      return remote(replica, message.revision, message.id, message.edit, SOURCES);
    case 'acknowledged':
      return acknowledge(replica, message.id, message.revision, SOURCES);
    case 'refused':
      return refuse(replica, message.id, SOURCES);
  }
}

const first = () =>
  timelineOf(
    [
      [picture({ id: 'a', at: 0, frames: 50 }), picture({ id: 'b', at: 50, frames: 50, sourceIn: 100 })],
      [picture({ id: 'c', media: 'film', at: 20, frames: 40, sourceIn: 30 })],
    ],
    [[]],
  );

/** What happens next: someone edits, or a message arrives, from anywhere in the queue, is doubled or lost. */
const happening = fc.record({
  client: fc.nat(1),
  what: fc.nat(9),
  where: fc.nat(5),
  contrary: fc.boolean(),
});

function step(
  server: Server,
  replicas: Replica[],
  event: { client: number; what: number; where: number; contrary: boolean },
  draw: Draw | undefined,
  count: number,
): void {
  const replica = replicas[event.client];
  const inbox = server.inboxes[event.client];
  if (replica === undefined || inbox === undefined) return;
  if (event.what < 4 && draw !== undefined) {
    const id = editId(`edit ${event.client} ${count}`);
    const edit = editOf(replica.shown, draw, count);
    const proposal = propose(replica, id, edit, SOURCES);
    if (!proposal.ok) return;
    replicas[event.client] = proposal.replica;
    // A request may be lost on its way, too: it is sent again after the next snapshot.
    if (event.where !== 5) server.receive(event.client, id, edit, event.contrary && event.where === 0);
    return;
  }
  const [message] = event.what === 9 ? inbox.splice(event.where, 1) : inbox.slice(event.where, event.where + 1);
  if (message === undefined || event.what === 9) return;
  // What 8: delivered and left in the queue, so that it comes again.
  if (event.what !== 8) inbox.splice(event.where, 1);
  replicas[event.client] = take(replica, message).replica;
}

describe('the revision protocol', () => {
  it('converges whatever is refused, reordered, doubled or lost', () => {
    let committed = 0;
    fc.assert(
      fc.property(fc.array(happening, { minLength: 5, maxLength: 80, size: 'max' }), draws, (events, script) => {
        const server = new Server(first(), 2);
        const replicas = [startReplica(server.timeline, 0), startReplica(server.timeline, 0)];
        for (const [count, event] of events.entries()) {
          step(server, replicas, event, script[count % script.length], count);
        }
        // The connection heals: a snapshot for whoever needs one, and what is pending goes out again.
        for (let client = 0; client < 2; client += 1) {
          let replica = replicas[client];
          if (replica === undefined) continue;
          replica = resync(replica, server.timeline, server.revision, SOURCES).replica;
          for (const { id, edit } of replica.pending) server.receive(client, id, edit, false);
          replicas[client] = replica;
        }
        for (const [client, inbox] of server.inboxes.entries()) {
          for (const message of inbox) {
            const replica = replicas[client];
            if (replica !== undefined) replicas[client] = take(replica, message).replica;
          }
        }
        for (const replica of replicas) {
          expect(replica.revision).toBe(server.revision);
          expect(replica.confirmed).toEqual(server.timeline);
          expect(replica.shown).toEqual(server.timeline);
          expect(isSaved(replica)).toBe(true);
        }
        committed += server.revision;
      }),
      { numRuns: scaled(200) },
    );
    expect(committed).toBeGreaterThan(scaled(200));
  });

  it('shows confirmed and pending edits at every moment', () => {
    fc.assert(
      fc.property(fc.array(happening, { minLength: 5, maxLength: 40, size: 'max' }), draws, (events, script) => {
        const server = new Server(first(), 2);
        const replicas = [startReplica(server.timeline, 0), startReplica(server.timeline, 0)];
        for (const [count, event] of events.entries()) {
          step(server, replicas, event, script[count % script.length], count);
          for (const { confirmed, pending, shown } of replicas) {
            const again = pending.reduce((timeline, { edit }) => {
              const outcome = applyEdit(timeline, edit, SOURCES);
              return outcome.ok ? outcome.timeline : timeline;
            }, confirmed);
            expect(shown).toEqual(again);
          }
        }
      }),
      { numRuns: scaled(60) },
    );
  });
});

describe('single messages', () => {
  const lift = (id: string): Edit => ({ kind: 'lift', clipIds: [clipId(id)], linked: false });
  const trim: Edit = {
    kind: 'trim',
    clipId: clipId('a'),
    edge: 'out',
    delta: atFrame(-5),
    ripple: false,
    linked: false,
  };
  const proposed = (replica: Replica, id: string, edit: Edit): Replica => {
    const proposal = propose(replica, editId(id), edit, SOURCES);
    if (!proposal.ok) throw new Error(proposal.refusal.reason);
    return proposal.replica;
  };

  it('a refusal drops the edit and names those that fall with it', () => {
    const place: Edit = {
      kind: 'overwrite',
      placements: [
        { trackId: first().tracks[0]?.id ?? expect.fail(), clip: picture({ id: 'new', at: 200, frames: 5 }) },
      ],
      newIds: [],
    };
    let replica = proposed(startReplica(first(), 7), 'place', place);
    replica = proposed(replica, 'lift new', lift('new'));
    replica = proposed(replica, 'trim', trim);
    const { replica: after, fallen } = refuse(replica, editId('place'), SOURCES);
    expect(fallen.map(({ id }) => id)).toEqual(['lift new']);
    expect(after.pending.map(({ id, applies }) => [id, applies])).toEqual([
      ['lift new', false],
      ['trim', true],
    ]);
    expect(isSaved(after)).toBe(false);
  });

  it('an edit that cannot be is refused at once and not kept', () => {
    const replica = startReplica(first(), 0);
    expect(propose(replica, editId('x'), lift('gone'), SOURCES)).toEqual({
      ok: false,
      refusal: { reason: 'unknown-clip', clipId: 'gone' },
    });
    const twice = propose(proposed(replica, 'x', trim), editId('x'), trim, SOURCES);
    expect(twice.ok).toBe(false);
  });

  it('a gap in the revisions asks for a snapshot and closes when the missing message comes', () => {
    const start = startReplica(first(), 3);
    const ahead = remote(start, 5, editId('two'), lift('b'), SOURCES).replica;
    expect(needsSnapshot(ahead)).toBe(true);
    expect(ahead.shown).toBe(start.shown);
    const whole = remote(ahead, 4, editId('one'), trim, SOURCES).replica;
    expect(needsSnapshot(whole)).toBe(false);
    expect(whole.revision).toBe(5);
    expect(remote(whole, 4, editId('one'), trim, SOURCES).replica).toBe(whole);
  });

  it('a committed edit that does not apply here asks for a snapshot', () => {
    const replica = remote(startReplica(first(), 0), 1, editId('x'), lift('gone'), SOURCES).replica;
    expect(replica.diverged).toBe(true);
    const healed = resync(replica, first(), 1, SOURCES).replica;
    expect(isSaved(healed)).toBe(true);
    expect(resync(healed, first(), 0, SOURCES).replica).toBe(healed);
  });

  it('the acknowledgement of the oldest pending edit leaves the picture alone', () => {
    const replica = proposed(proposed(startReplica(first(), 0), 'one', trim), 'two', lift('b'));
    const after = acknowledge(replica, editId('one'), 1, SOURCES).replica;
    expect(after.shown).toBe(replica.shown);
    expect(after.pending).toHaveLength(1);
    expect(acknowledge(after, editId('one'), 1, SOURCES).replica).toBe(after);
  });
});
