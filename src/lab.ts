/*
 * To see a policy before trusting it: what it would do to a service, simulated in virtual time, and pictures of it. Pure
 * as the core is; it needs no rxjs.
 */

// Many clients, one service, virtual time
export { simulate, simulation } from './lab/simulate.js';
export type { Playing, Simulated } from './lab/simulate.js';
export type { AttemptStart, SimulateOptions } from './lab/plan.js';
export type { CallsOptions } from './lab/arrivals.js';
export { ServiceError } from './lab/service.js';
export type { Failed, ServiceOptions } from './lab/service.js';
export type { BrownOut, Down, Limited, Slow, Trouble } from './lab/trouble.js';
export type { Series } from './lab/slots.js';
export type { PerCall, Retries, Totals } from './lab/tally.js';

// Chance that can be repeated
export { seeded } from './policy/seeded.js';
