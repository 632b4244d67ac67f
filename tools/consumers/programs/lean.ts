export { exponentialBackoff, retryWithPolicy } from 'rxjs-reprise';
