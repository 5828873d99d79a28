import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Deployment, StatefulSet } from 'kubernetes-models/apps/v1';
import { Job } from 'kubernetes-models/batch/v1';
import { Ingress, NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, Namespace, Service } from 'kubernetes-models/v1';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Document, parseAllDocuments } from 'yaml';
import { SHARDS } from '../../actors/runtime/cluster.ts';
import { parseRoles } from '../../cli/role.ts';
import { SERVERS } from '../../cli/servers/catalog.ts';
import { outputOf } from '../../cli/servers/tool.ts';
import { routes } from '../../gateway/routes.ts';
import { registry } from '../../telemetry/metrics.ts';
import '../../cli/node.ts';
import { sources } from '../architecture/sources.ts';
import { foundProgram } from '../support/found-program.ts';
import { CONFIGURATION } from './balancer.ts';

/** The files of `deploy/` fit the code: variables, routes, roles, metrics; and they are what their readers expect. */

const root = resolve(import.meta.dirname, '../../deploy');
const paths = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));
const textOf = (name: string): string => readFileSync(join(root, name), 'utf8');
const all = paths.map((path) => readFileSync(path, 'utf8')).join('\n');

const haproxy = await foundProgram(SERVERS.haproxy);

const documentsOf = (path: string): ReadonlyArray<Document.Parsed> =>
  parseAllDocuments(readFileSync(path, 'utf8')) as ReadonlyArray<Document.Parsed>;
const yamls = paths.filter((path) => path.endsWith('.yaml'));

/** Every value under a key of this name, at any depth. */
const under = (value: unknown, key: string): ReadonlyArray<unknown> => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [...(name === key ? [inner] : []), ...under(inner, key)]);
};

test('every YAML file is one, without a warning', () => {
  expect(yamls.length).toBeGreaterThan(12);
  for (const path of yamls) {
    for (const { errors, warnings } of documentsOf(path)) expect([path, ...errors, ...warnings]).toEqual([path]);
  }
});

test('every variable of ours is read by the code', () => {
  const read = new Set(
    sources()
      .filter(({ path }) => !/^(?:test|bench)\/|\.test\.ts$/.test(path))
      .flatMap(({ text }) => [...text.matchAll(/'((?:HUFU|VOP|OIDC|TEMPORAL|MONGODB|REDIS)_[A-Z0-9_]+)'/g)])
      .map(([, name]) => name),
  );
  const ours = /\b(?:HUFU|VOP|OIDC)_[A-Z0-9_]+|\b(?:MONGODB_URI|REDIS_URL|TEMPORAL_(?:ADDRESS|NAMESPACE))\b/g;
  const named = new Set([...all.matchAll(ours)].map(([name]) => name));
  // These two are of the compose files: the image, and where secrets lie on the machine.
  const ofCompose = new Set(['HUFU_IMAGE', 'HUFU_SECRETS']);
  expect(named.size).toBeGreaterThan(15);
  expect([...named].filter((name) => !read.has(name) && !ofCompose.has(name))).toEqual([]);
});

test('every path that is asked for is a route', () => {
  const known = new Set(routes.map(({ path }) => path));
  const probes = yamls.flatMap((path) => documentsOf(path).flatMap((document) => under(document.toJS(), 'httpGet')));
  const asked = [
    ...probes.map((probe) => under(probe, 'path')[0]),
    ...[...textOf('balancer/haproxy.cfg').matchAll(/send meth GET uri (\S+)/g)].map(([, path]) => path),
    ...[...all.matchAll(/fetch\('http:\/\/[^/]+(\/[^']+)'\)/g)].map(([, path]) => path),
    ...[...textOf('prometheus/prometheus.yaml').matchAll(/metrics_path: (\S+)/g)].map(([, path]) => path),
  ];
  expect(asked.length).toBeGreaterThanOrEqual(8);
  expect(asked.filter((path) => !known.has(path as `/${string}`))).toEqual([]);
});

test('every role that is started exists', () => {
  const roles = [...all.matchAll(/--roles["']?, ["']?([a-z,]+)["']?/g)].map(([, text = '']) => text);
  expect(roles).toHaveLength(2);
  for (const text of roles) expect(parseRoles(text).size).toBe(4);
});

test('every metric in rules and dashboard is measured', () => {
  const known = new Set(registry.getMetricsAsArray().map(({ name }) => name));
  const asked = [...`${textOf('prometheus/rules.yaml')}${textOf('grafana/hufu.json')}`.matchAll(/\bhufu_[a-z_]+/g)];
  expect(asked.length).toBeGreaterThan(20);
  expect(asked.map(([name]) => name.replace(/_bucket$/, '')).filter((name) => !known.has(name))).toEqual([]);
  expect(textOf('prometheus/rules.yaml')).toContain(`sum(hufu_cluster_shards_held) < ${SHARDS}`);
});

test('a machine whose processors are more than 80 % busy raises an alarm', () => {
  const groups = under(documentsOf(join(root, 'prometheus/rules.yaml'))[0]?.toJS(), 'rules').flat();
  const rule = (groups as ReadonlyArray<Readonly<Record<string, unknown>>>).find(
    (one) => one['alert'] === 'HufuMachineBusy',
  );
  expect(rule).toMatchObject({
    for: '5m',
    expr: expect.stringMatching(
      /^1 - .*mode="idle".* \/ .* > scalar\(min\(hufu_alarm_threshold.* or vector\(0\.8\)\)$/,
    ),
  });
});

test('a machine whose memory or disk is nearly used up raises an alarm', () => {
  const groups = under(documentsOf(join(root, 'prometheus/rules.yaml'))[0]?.toJS(), 'rules').flat();
  const rules = new Map(
    (groups as ReadonlyArray<Readonly<Record<string, unknown>>>).map((one) => [one['alert'], one] as const),
  );
  for (const [alert, metric, most] of [
    ['HufuMachineMemory', 'memory_bytes', '0.9'],
    ['HufuDiskFull', 'disk_bytes', '0.85'],
  ] as const) {
    const of = (what: string): string => `hufu_machine_${metric}{of="${what}"}`;
    const expr = `1 - ${of('available')} / ignoring(of) ${of('total')} > scalar(min(hufu_alarm_threshold{alarm="${alert}"}) or vector(${most}))`;
    expect(rules.get(alert)).toMatchObject({ for: '5m', expr });
  }
});

describe('kubernetes', () => {
  const manifests = yamls
    .filter((path) => path.includes('/kubernetes/') && !path.endsWith('kustomization.yaml'))
    .flatMap((path) => documentsOf(path).map((document) => document.toJS() as Manifest));

  interface Manifest {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: { readonly name: string };
  }
  type Model = new (manifest: never) => { readonly validate: () => void };
  const MODELS: Readonly<Record<string, Readonly<Record<string, Model>>>> = {
    v1: { ConfigMap, Namespace, Service },
    'apps/v1': { Deployment, StatefulSet },
    'batch/v1': { Job },
    'networking.k8s.io/v1': { Ingress, NetworkPolicy },
    'policy/v1': { PodDisruptionBudget },
  };

  test.each(manifests.map((one) => [one.kind, one.metadata.name, one] as const))(
    '%s %s fits its schema',
    (kind, _, one) => {
      const Known = MODELS[one.apiVersion]?.[kind];
      if (Known === undefined) throw new Error(`there is no ${kind} in ${one.apiVersion}`);
      expect(() => new Known(one as never).validate()).not.toThrow();
      expect(() => new Known({ ...one, metadata: 'none' } as never).validate()).toThrow();
    },
  );

  test('every resource is listed, and every container is bounded and closed', () => {
    const listed = under(documentsOf(join(root, 'kubernetes/kustomization.yaml'))[0]?.toJS(), 'resources')[0];
    const files = readdirSync(join(root, 'kubernetes')).filter((name) => name !== 'kustomization.yaml');
    expect([...(listed as ReadonlyArray<string>)].toSorted()).toEqual(files.toSorted());
    const containers = [...under(manifests, 'containers'), ...under(manifests, 'initContainers')].flat();
    expect(containers).toHaveLength(6);
    for (const container of containers) {
      expect(container).toMatchObject({
        resources: { requests: { cpu: expect.any(String) }, limits: { memory: expect.any(String) } },
        securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
      });
    }
  });

  test('no secret is written down, and the drain ends before the node is cut off', () => {
    expect(manifests.filter(({ kind }) => kind === 'Secret')).toEqual([]);
    const [grace] = under(
      manifests.filter(({ metadata }) => metadata.name === 'hufu-node'),
      'terminationGracePeriodSeconds',
    );
    const [drain] = under(manifests, 'HUFU_DRAIN_MS');
    expect(Number(grace) * 1_000).toBeGreaterThan(2 * Number(drain));
  });
});

describe('the load balancer', () => {
  const NODES = { NODE_1: '127.0.0.1:1', NODE_2: '127.0.0.1:2', NODE_3: '127.0.0.1:3' };
  const LEAST = { BALANCER_BIND: '127.0.0.1:8', BALANCER_INSIDE_BIND: '127.0.0.1:9', ...NODES };
  const REDIS = {
    REDIS_BIND: '127.0.0.1:7',
    REDIS_PASSWORD: 'p',
    REDIS_1: '127.0.0.1:4',
    REDIS_2: '127.0.0.1:5',
    REDIS_3: '127.0.0.1:6',
  };
  const check = (env: Readonly<Record<string, string>>): Promise<string | undefined> => {
    if ('why' in haproxy) throw new Error(haproxy.why);
    const words = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    return outputOf('env', ['-i', 'PATH=/usr/bin:/bin', ...words, haproxy.program, '-c', '-f', CONFIGURATION]);
  };
  beforeAll(() => {
    if ('why' in haproxy) console.log(`the configuration is not checked: ${haproxy.why}`);
  });

  test.skipIf('why' in haproxy).each([
    ['alone', LEAST],
    ['before Redis too', { ...LEAST, ...REDIS }],
  ])('its configuration is valid %s', async (_, env) => {
    expect(await check(env)).toContain('Configuration file is valid');
  });

  test.skipIf('why' in haproxy)('and is not without its nodes', async () => {
    expect(await check({ BALANCER_BIND: '127.0.0.1:8' })).toBeUndefined();
  });

  test('the example names every variable of the configuration, and no other but those of compose', () => {
    const used = new Set([...textOf('balancer/haproxy.cfg').matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name));
    const described = [...textOf('balancer/balancer.env.example').matchAll(/^(\w+)=/gm)].map(([, name]) => name);
    const ofCompose = new Set(['KEEPALIVED_ID', 'KEEPALIVED_IMAGE', 'BALANCER_SECRETS']);
    expect(described.filter((name) => !ofCompose.has(name ?? '')).toSorted()).toEqual([...used].toSorted());
  });
});
