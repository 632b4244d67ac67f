/*
 * To see a policy before trusting it: what it would do to a service, simulated in virtual time, and pictures of it. Pure
 * as the core is; it needs no rxjs.
 */

// Many clients, one service, virtual time
export { simulate, simulation } from './lab/simulate.js';
export type { Playing, Simulated } from './lab/simulate.js';
export type { AttemptStart, SimulateOptions } from './lab/plan.js';
export type { CallsOptions } from './lab/arrivals.js';
export { ServiceError } from './lab/serviceOptions.js';
export type { Failed, ServiceOptions } from './lab/serviceOptions.js';
export type { BrownOut, Down, Limited, Slow, Trouble } from './lab/trouble.js';
export type { Series } from './lab/slots.js';
export type { PerCall, Retries, Totals } from './lab/tally.js';

// Chance that can be repeated
export { seeded } from './policy/seeded.js';

// A policy as a schedule
export { schedule } from './lab/schedule.js';
export type { Retry, Schedule, ScheduleOptions } from './lab/schedule.js';

// What to make of it
export { reading } from './lab/reading.js';
export type { Reading } from './lab/reading.js';
export { amplification } from './lab/amplification.js';
export type { Amplified } from './lab/amplification.js';

// Pictures and pages that stand alone
export { schedulePicture } from './lab/picture/schedulePicture.js';
export { stormPicture } from './lab/picture/stormPicture.js';
export type { Storm } from './lab/picture/stormPicture.js';
export { amplificationPicture } from './lab/picture/amplificationPicture.js';
export type { Growth } from './lab/picture/amplificationPicture.js';
export { report } from './lab/report.js';
export type { ReportParts } from './lab/report.js';
