import { Config, Effect, Layer, Option } from 'effect';
import { openDoor } from '../gateway/http.ts';
import { clientOf } from '../gateway/middleware/origin.ts';
import { type Checks, checkAll } from '../gateway/operations/health.ts';
import { exposition, registry } from '../telemetry/metrics.ts';

/**
 * What an orchestrator and Prometheus ask of a node that has no gateway: `/health/live`, `/health/ready`, `/metrics`, on
 * `HUFU_PROBE_HOST` (default 127.0.0.1) and `HUFU_PROBE_PORT`; without a port nothing is opened. The answers are those
 * of the gateway: health to everybody, metrics to this machine (a scraper beside the node).
 */

const CHECK_MS = 2_000;
const STOP_MS = 1_000;

const settings = Config.all({
  host: Config.nonEmptyString('HUFU_PROBE_HOST').pipe(Config.withDefault('127.0.0.1')),
  port: Config.option(Config.port('HUFU_PROBE_PORT')),
});

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

const health = (checks: Readonly<Record<string, 'up' | 'down'>>): Answer => {
  const up = Object.values(checks).every((state) => state === 'up');
  const text = JSON.stringify({ status: up ? 'up' : 'down', checks });
  return { status: up ? 200 : 503, type: 'application/json', text };
};

const answer = async (path: string, checks: Checks, local: boolean): Promise<Answer> => {
  if (path === '/health/live') return health({});
  if (path === '/health/ready') return health(await Effect.runPromise(checkAll(checks, CHECK_MS)));
  if (path === '/metrics' && local) return { status: 200, type: registry.contentType, text: await exposition() };
  return { status: 404, type: 'text/plain', text: 'There are /health/live, /health/ready and /metrics here.\n' };
};

/** Open while its scope is; what is checked is what the node lives on. */
export const probeLayer = (checks: Checks) =>
  Layer.scopedDiscard(
    Effect.gen(function* () {
      const { host, port } = yield* settings;
      if (Option.isNone(port)) return;
      const door = yield* openDoor({
        host,
        port: port.value,
        stopMs: STOP_MS,
        variables: { host: 'HUFU_PROBE_HOST', port: 'HUFU_PROBE_PORT' },
      });
      door.attach((request, response) => {
        const path = (request.url ?? '/').split('?')[0] ?? '/';
        void answer(path, checks, clientOf(request, 0).loopback)
          .catch((): Answer => ({ status: 500, type: 'text/plain', text: 'A defect.\n' }))
          .then(({ status, type, text }) => response.writeHead(status, { 'content-type': type }).end(text));
      });
    }),
  );
