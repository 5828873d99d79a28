import { Argument, type Command, InvalidArgumentError } from 'commander';
import { Effect } from 'effect';
import { THRESHOLDS_KEY, thresholdsActor } from '../../actors/operations/thresholds.ts';
import { replayActor } from '../../actors/runtime/replay.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import { ALARM_NAMES, ALARMS, type AlarmName } from '../../domain/operations/thresholds/alarms.ts';
import type { ThresholdCommand } from '../../domain/operations/thresholds/schema.ts';
import { thresholdsInForce } from '../../domain/operations/thresholds/thresholds.ts';
import { Reason } from '../../domain/sim/schema.ts';
import { changeThreshold } from '../../gateway/operations/thresholds.ts';
import { parsed, print, printList, time, withTenant } from './answer.ts';
import { envelopeOf, recorded } from './record.ts';
import { adminNodes, adminStores, runningEnv, withStores } from './stores.ts';

/** `hufu admin thresholds list|changes|set|off|reset`: where alarms begin, as below `/v1/operations/thresholds`. */

interface Tenant {
  readonly tenant: TenantId;
}

interface Reasoned extends Tenant {
  readonly reason: string;
}

const about = (action: string, { tenant }: Tenant, object: string) => ({
  tenant,
  action: `admin.thresholds.${action}`,
  object,
});

const stateOf = ({ tenant }: Tenant) =>
  replayActor(thresholdsActor, { tenant, key: THRESHOLDS_KEY }).pipe(
    Effect.map(({ state }) => state),
    // Nobody has set any.
    Effect.catchIf(
      (failure) => isRefusal(failure) && failure.kind === 'missing',
      () => Effect.succeed(null),
    ),
  );

const written = (value: number | 'default' | null): string => (value === null ? 'off' : String(value));

const list = async ({ json, ...tenant }: Tenant & { readonly json?: boolean }): Promise<void> => {
  const state = await withStores(runningEnv(), adminStores, recorded(about('list', tenant, 'all'), stateOf(tenant)));
  printList(thresholdsInForce(state), json, {
    alarm: (one) => one.alarm,
    begins: (one) => written(one.value),
    unit: (one) => ALARMS[one.alarm].unit,
    default: (one) => ALARMS[one.alarm].fallback,
    least: (one) => ALARMS[one.alarm].least,
    most: (one) => ALARMS[one.alarm].most,
    changed: (one) => (one.changed === null ? '-' : `${time(one.changed.atMs)} by ${one.changed.by}`),
    what: (one) => ALARMS[one.alarm].what,
  });
};

const changes = async ({ json, ...tenant }: Tenant & { readonly json?: boolean }): Promise<void> => {
  const state = await withStores(runningEnv(), adminStores, recorded(about('changes', tenant, 'all'), stateOf(tenant)));
  printList(state?.changes ?? [], json, {
    at: (one) => time(one.atMs),
    alarm: (one) => one.alarm,
    value: (one) => written(one.value),
    by: (one) => one.by,
    reason: (one) => one.reason,
  });
};

const change = async (action: string, { tenant }: Tenant, command: ThresholdCommand): Promise<void> => {
  const changing = changeThreshold(tenant, command, envelopeOf(tenant));
  const { alarm, value } = await withStores(
    runningEnv(),
    adminNodes,
    recorded(about(action, { tenant }, command.alarm), changing),
  );
  print(`${alarm}: ${written(value)}`);
};

const number = (text: string): number => {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('a number');
  return value;
};

export const addThresholds = (tree: Command): void => {
  const thresholds = tree.command('thresholds').description('where alarms begin, and who has set them');
  const looking = (command: Command): Command => withTenant(command).option('--json', 'one JSON object a line');
  looking(thresholds.command('list').description('every alarm that has one')).action(list);
  looking(thresholds.command('changes').description('the last 200, the oldest first')).action(changes);
  const changing = (command: Command): Command =>
    withTenant(command)
      .addArgument(new Argument('<alarm>', 'as the list names it').choices(ALARM_NAMES))
      .requiredOption('--reason <reason>', 'why', parsed(Reason));
  changing(thresholds.command('set').description('from the next look of Prometheus on'))
    .argument('<value>', 'in the unit of the alarm', number)
    .action((alarm: AlarmName, value: number, { tenant, reason }: Reasoned) =>
      change('set', { tenant }, { _tag: 'Set', alarm, value, reason }),
    );
  changing(thresholds.command('off').description('nobody is called')).action(
    (alarm: AlarmName, { tenant, reason }: Reasoned) =>
      change('off', { tenant }, { _tag: 'Set', alarm, value: null, reason }),
  );
  changing(thresholds.command('reset').description('back to where the release has it')).action(
    (alarm: AlarmName, { tenant, reason }: Reasoned) => change('reset', { tenant }, { _tag: 'Reset', alarm, reason }),
  );
};
