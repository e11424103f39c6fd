import fc from 'fast-check';

/** Without a seed fast-check draws at random, and prints what it drew when a property fails. */
const seed = process.env['MONTAGE_TEST_SEED'];
if (seed !== undefined) fc.configureGlobal({ seed: Number(seed) });
