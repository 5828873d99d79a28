import { Clock, Effect } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { raiseAlert } from '../../store/operations/alerts.ts';

/** A person is to look at an agreement. @param stage who or what it is about: `opening`, `bank`, `province` */
export const alertAbout = (
  { tenant, bank, agreement }: { readonly tenant: TenantId; readonly bank: string; readonly agreement: string },
  stage: string,
  code: string,
) =>
  Effect.gen(function* () {
    const about = { source: 'mandates', subject: `${bank}/${agreement}`, level: 'problem', code, stage } as const;
    yield* raiseAlert(tenant, about, yield* Clock.currentTimeMillis);
  });
