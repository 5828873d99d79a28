import type { Schema } from 'effect';

/** Command specs of an actor whose commands all answer the same: the inputs with that reply. */
export const answering = <
  // biome-ignore lint/suspicious/noExplicitAny: the types are those of the argument
  Inputs extends Readonly<Record<string, Schema.Schema<any, any>>>,
  // biome-ignore lint/suspicious/noExplicitAny: as above
  Reply extends Schema.Schema<any, any>,
>(
  inputs: Inputs,
  reply: Reply,
): { readonly [Tag in keyof Inputs]: { readonly input: Inputs[Tag]; readonly reply: Reply } } =>
  Object.fromEntries(Object.entries(inputs).map(([tag, input]) => [tag, { input, reply }])) as {
    readonly [Tag in keyof Inputs]: { readonly input: Inputs[Tag]; readonly reply: Reply };
  };
