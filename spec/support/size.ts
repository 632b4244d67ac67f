/*
 * The size of the random and the long specs: small in daily work, full where the environment variable FULL is set, as in
 * CI.
 */

const isFull = !['', '0', undefined].includes(process.env.FULL);

/** Which of the two the suite uses: a number of runs, streams or repetitions, or what generates them. */
export const size = <T>(daily: T, full: T): T => (isFull ? full : daily);
