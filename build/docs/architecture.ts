import layers from '../layers.json' with { type: 'json' };
import type { GeneratedDocument } from './document.ts';

type Room = {
  readonly imports: readonly string[];
  readonly packages: readonly string[] | string;
  readonly node: boolean;
};

const rooms: readonly (readonly [string, Room])[] = Object.entries(layers.rooms);
/** Rooms that make up the product; the others build, measure and test it. */
const PRODUCT = ['core', 'native', 'cli', 'electron', 'electron/preload', 'renderer'];

/** The rooms and who may import whom, drawn from the table that the gate reads. */
export const architecture: GeneratedDocument = {
  path: 'docs/architecture.md',
  generate: () =>
    [
      '# Rooms and allowed imports',
      '',
      'Generated from `build/layers.json` by `npm run docs`; `npm run check:layers` holds the code to it.',
      '',
      '```mermaid',
      'graph TD',
      ...rooms.filter(([name]) => PRODUCT.includes(name)).flatMap(([name, room]) => arrows(name, room)),
      '```',
      '',
      '| room | may import | Node | packages |',
      '|---|---|---|---|',
      ...rooms.map(([name, room]) => row(name, room)),
      '',
    ].join('\n'),
};

function arrows(name: string, room: Room): readonly string[] {
  if (room.imports.length === 0) return [`  ${id(name)}["${name}"]`];
  return room.imports.map((target) => `  ${id(name)}["${name}"] --> ${id(target)}["${target}"]`);
}

function id(name: string): string {
  return name.replaceAll(/[^a-z]/g, '_');
}

function row(name: string, room: Room): string {
  const imports = room.imports.length === 0 ? '–' : room.imports.map(code).join(', ');
  const packages = typeof room.packages === 'string' ? room.packages : room.packages.map(code).join(', ');
  return `| ${code(name)} | ${imports} | ${room.node ? 'yes' : 'no'} | ${packages} |`;
}

function code(text: string): string {
  return `\`${text}\``;
}
