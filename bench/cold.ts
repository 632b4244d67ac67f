/*
 * A program of its own: how many milliseconds the first import takes of the module that it is told.
 */

const [, , specifier = ''] = process.argv;
const begun = performance.now();
await import(specifier);
console.log(performance.now() - begun);
