/*
 * rxjs-reprise/lab: shows what a policy would do to a service, in virtual time, and draws charts of it. It is as pure as
 * rxjs-reprise/core and does not import RxJS.
 */

// Many clients and one service
export { simulate, createSimulation } from './lab/simulate.js';
export type { SimulationRun } from './lab/simulate.js';
export type { SimulationResult } from './lab/results/result.js';
export type { AttemptStart, SimulateOptions } from './lab/options.js';
export type { GuardedBy } from './lab/model/gateOptions.js';
export type { HedgedBy } from './lab/model/hedgeOptions.js';
export type { CallsOptions } from './lab/model/arrivals.js';
export { ServiceError } from './lab/model/serviceOptions.js';
export type { Failed, ServiceOptions } from './lab/model/serviceOptions.js';
export type { Latency, Tail } from './lab/model/latency.js';
export type { BrownOut, Down, Limited, Reduced, Slow, Outage } from './lab/model/outage.js';
export type { Series } from './lab/results/series.js';
export type { GateWaits, Hedges, PerCall, Percentiles, Retries, Totals } from './lab/results/totals.js';

// Repeatable random numbers
export { seededRandom } from './policy/seededRandom.js';

// A policy as a schedule
export { schedule } from './lab/schedule.js';
export type { Retry, Schedule, ScheduleOptions } from './lab/schedule.js';

// What the results mean
export { summarize } from './lab/results/summary.js';
export type { SummaryInput } from './lab/results/summary.js';
export { amplification } from './lab/amplification.js';
export type { AmplificationPoint } from './lab/amplification.js';

// Self-contained charts and pages
export { scheduleChart } from './lab/charts/scheduleChart.js';
export { loadChart } from './lab/charts/loadChart.js';
export type { Storm } from './lab/charts/loadChart.js';
export { amplificationChart } from './lab/charts/amplificationChart.js';
export type { AmplificationSeries } from './lab/charts/amplificationChart.js';
export { report } from './lab/charts/report.js';
export type { ReportParts } from './lab/charts/report.js';
