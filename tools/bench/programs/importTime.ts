/*
 * Prints the processor time, in milliseconds, of the first import of the given module.
 */

const [, , specifier = ''] = process.argv;
const start = process.cpuUsage();
await import(specifier);
const { user, system } = process.cpuUsage(start);
console.log((user + system) / 1000);
