/*
 * To see a policy before trusting it: what it would do to a service, simulated in virtual time, and pictures of it. Pure
 * as the core is; it needs no rxjs.
 */

// Many clients, one service, virtual time
export { simulate, createSimulation } from './lab/simulate.js';
export type { SimulationRun, SimulationResult } from './lab/simulate.js';
export type { AttemptStart, SimulateOptions } from './lab/options.js';
export type { CallsOptions } from './lab/model/arrivals.js';
export { ServiceError } from './lab/model/serviceOptions.js';
export type { Failed, ServiceOptions } from './lab/model/serviceOptions.js';
export type { BrownOut, Down, Limited, Slow, Outage } from './lab/model/outage.js';
export type { Series } from './lab/results/series.js';
export type { PerCall, Retries, Totals } from './lab/results/totals.js';

// Chance that can be repeated
export { seededRandom } from './policy/seededRandom.js';

// A policy as a schedule
export { schedule } from './lab/schedule.js';
export type { Retry, Schedule, ScheduleOptions } from './lab/schedule.js';

// What to make of it
export { summarize } from './lab/results/summary.js';
export type { SummaryInput } from './lab/results/summary.js';
export { amplification } from './lab/amplification.js';
export type { AmplificationPoint } from './lab/amplification.js';

// Pictures and pages that stand alone
export { scheduleChart } from './lab/charts/scheduleChart.js';
export { loadChart } from './lab/charts/loadChart.js';
export type { Storm } from './lab/charts/loadChart.js';
export { amplificationChart } from './lab/charts/amplificationChart.js';
export type { AmplificationSeries } from './lab/charts/amplificationChart.js';
export { report } from './lab/charts/report.js';
export type { ReportParts } from './lab/charts/report.js';
