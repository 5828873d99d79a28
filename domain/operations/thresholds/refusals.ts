import { type Refusal, refuse } from '../../kernel/refusal.ts';
import { ALARMS, type AlarmName } from './alarms.ts';

/** Why a threshold is not set. */
export const thresholdRefusals = {
  outOfBounds: (alarm: AlarmName): Refusal => {
    const { unit, least, most } = ALARMS[alarm];
    return refuse(
      'invalid',
      'ThresholdOutOfBounds',
      `The threshold of ${alarm} is between ${least} and ${most} (${unit}).`,
      {
        field: 'value',
        action: 'Choose one of these, or null, by which the alarm is off.',
      },
    );
  },
  notOurs: (): Refusal =>
    refuse(
      'denied',
      'NotOperationsTenant',
      'Alarms are of the whole installation: the tenant that operates it sets them.',
    ),
} as const;
