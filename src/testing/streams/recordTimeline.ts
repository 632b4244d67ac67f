import { tap, type Observable } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import type { Circuit } from '../../live/circuit.js';
import { assertMarbles } from '../marbles/assertMarbles.js';
import { countSteps } from '../marbles/stepLimit.js';
import { runInVirtualTime, type VirtualTimeSettings } from '../marbles/virtualTime.js';
import type { PhaseChange } from './drawTimeline.js';
import { eventRecorder, recordAttempts, type StreamEvent } from './streamEvents.js';

interface Recording {
  readonly events: readonly StreamEvent[];
  readonly phases: readonly PhaseChange[];
}

/** Plays a stream in virtual time. Records its events, those of its attempts, and the phases of the circuit. */
export function recordTimeline(
  stream: Observable<unknown>,
  {
    circuit,
    until,
    settings,
  }: {
    readonly circuit: Circuit | undefined;
    readonly until: number | undefined;
    readonly settings: VirtualTimeSettings;
  },
): Recording {
  const events: StreamEvent[] = [];
  const phases: PhaseChange[] = [];
  runInVirtualTime('timeline', settings, () => {
    const scheduler = countSteps(new TestScheduler(assertMarbles));
    recordAttempts(events, () => {
      scheduler.run(() => {
        const phaseRecording = circuit?.state$.subscribe(({ phase }) => {
          if (phases.at(-1)?.phase !== phase) phases.push({ at: scheduler.now(), circuit: circuit.name, phase });
        });
        const run = stream.pipe(tap(eventRecorder(events, 0))).subscribe({ error: ignore });
        run.add(phaseRecording);
        if (until !== undefined)
          scheduler.schedule(() => {
            run.unsubscribe();
          }, until);
      });
    });
  });
  return { events, phases };
}

const ignore = (): void => undefined;
