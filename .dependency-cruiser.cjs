// Every rule below is made from the one table in build/layers.json.
const { rooms } = require('./build/layers.json');

/** @param {string} text */
const literal = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
/** Where a room or one file of it lies, as a pattern over paths. @param {string} place */
const within = (place) => (place.endsWith('.ts') ? `^${literal(place)}$` : `^${literal(place)}/`);
/** Rooms inside a room have a row of their own. @param {string} name */
const inner = (name) => Object.keys(rooms).filter((other) => other.startsWith(`${name}/`));

const from = (name) => ({ path: within(name), ...(inner(name).length > 0 && { pathNot: inner(name).map(within) }) });

const edges = Object.entries(rooms).map(([name, room]) => ({
  name: `${name} imports only its neighbours`.replaceAll(/[ /]/g, '-'),
  severity: 'error',
  from: from(name),
  to: {
    path: Object.keys(rooms).map(within),
    pathNot: [
      // What a room holds inside another room's folder is still not its own.
      inner(name).length > 0
        ? `${within(name)}(?!${inner(name)
            .map((room) => literal(room.slice(name.length + 1)))
            .join('|')}/)`
        : within(name),
      ...room.imports.map(within),
    ],
  },
}));

const packages = Object.entries(rooms)
  .filter(([, room]) => room.packages !== 'any')
  .map(([name, room]) => ({
    name: `${name} imports only its packages`.replaceAll(/[ /]/g, '-'),
    severity: 'error',
    from: from(name),
    to: {
      dependencyTypesNot: ['core', 'local'],
      path: '(^|/)node_modules/',
      pathNot: room.packages.map((name) => `(^|/)node_modules/(@types/)?${literal(name)}/`),
    },
  }));

const builtins = Object.entries(rooms)
  .filter(([, room]) => !room.node)
  .map(([name]) => ({
    name: `${name} knows no Node`.replaceAll(/[ /]/g, '-'),
    severity: 'error',
    from: from(name),
    to: { dependencyTypes: ['core'] },
  }));

module.exports = {
  forbidden: [
    ...edges,
    ...packages,
    ...builtins,
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'everything-resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'product-needs-no-dev-packages',
      severity: 'error',
      from: { path: '^(core|native|cli|renderer)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: '(^|/)node_modules/@types/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|demo-out|demo-project|coverage)/|^tests/architecture/fixtures/' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.cjs', '.js', '.json', '.css', '.d.ts'],
    },
    builtInModules: { add: ['node:sqlite', 'node:test', 'node:sea'] },
  },
};
