/*
 * A program of its own: how many milliseconds of processor time the first import takes of the module that it is told.
 */

const [, , specifier = ''] = process.argv;
const begun = process.cpuUsage();
await import(specifier);
const { user, system } = process.cpuUsage(begun);
console.log((user + system) / 1000);
