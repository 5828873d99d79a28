import type { AnySampled, Inputs, Route } from '../../gateway/route.ts';

const exampleOf = (sampled: AnySampled | undefined, more: Readonly<Record<string, unknown>>): object => {
  const example: object = sampled?.example ?? {};
  if (Array.isArray(example)) return example;
  const entries = Object.entries(example).map(([name, value]) => [name, name in more ? more[name] : value] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
};

/** The request of the route's own examples, with other values where `more` has the same names; undefined leaves one out. */
export const requestOf = (
  route: Route<unknown>,
  more: Readonly<Record<string, unknown>> = {},
): { readonly path: string; readonly init: RequestInit } => {
  const inputs: Inputs = route.in ?? {};
  const params = exampleOf(inputs.params, more) as Readonly<Record<string, string>>;
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(params[name] ?? ''));
  const query = new URLSearchParams(
    Object.entries(exampleOf(inputs.query, more) as Record<string, string | ReadonlyArray<string>>).flatMap(
      ([name, value]) => (typeof value === 'string' ? [value] : value).map((one) => [name, one] as [string, string]),
    ),
  );
  const headers: Record<string, string> = { ...(inputs.headers?.example as Record<string, string> | undefined) };
  if (route.method === 'POST' && route.changesNothing !== true) headers['idempotency-key'] = 'k-1';
  if (route.ifMatch === 'required') headers['if-match'] = '"1"';
  const body = inputs.body === undefined ? undefined : JSON.stringify(exampleOf(inputs.body, more));
  if (body !== undefined) headers['content-type'] = 'application/json';
  const upload = route.kind === 'upload' ? { body: 'x' } : {};
  if (route.kind === 'upload') headers['content-type'] = route.contentTypes[0];
  const search = query.size === 0 ? '' : `?${query}`;
  return { path: path + search, init: { method: route.method, headers, ...(body === undefined ? upload : { body }) } };
};
