import { exponentialBackoff, type Policy } from 'rxjs-reprise/core';

/*
 * What the command is given.
 */

const policy: Policy = exponentialBackoff({ base: 100, maxAttempts: 3 });
export default policy;
