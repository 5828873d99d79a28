import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { reasonOf } from '../../domain/roaming/imports/fate.ts';
import { CdrReader } from '../../domain/roaming/network/cdr-reader.ts';
import { decodeCdrLayout, EVENTS } from '../../domain/roaming/network/schema.ts';
import { eventsOf, readVisitorEvent } from '../../domain/roaming/network/visitor-record.ts';
import { print } from '../admin/answer.ts';
import { EXIT, Failure, say } from '../failure.ts';
import { orFail, readJson } from './documents.ts';

/** `hufu roaming cdr`: a network element's file held against its layout, before either is used. */

interface Options {
  readonly layout: string;
  readonly element: string;
}

const contentOf = (path: string): Buffer => {
  try {
    return readFileSync(path);
  } catch {
    throw new Failure(`${path} cannot be read.`);
  }
};

const check = (path: string, options: Options): number => {
  const layout = orFail(options.layout, decodeCdrLayout(readJson(options.layout)));
  const reader = new CdrReader(layout, options.element);
  const first = reader.feed(contentOf(path));
  const { last, problems } = reader.end();
  const counts = new Map<string, number>();
  let wrong = problems.length + reader.passedOver;
  for (const { line, code, reason } of problems) say(`line ${line}: ${code} ${reason}`);
  if (reader.passedOver > 0) say(`${reader.passedOver} numbers of records were passed over, or stood there twice`);
  for (const [at, { values }] of [...first, ...last].entries()) {
    const event = readVisitorEvent(values, eventsOf(layout));
    if (typeof event !== 'number') counts.set(event.event, (counts.get(event.event) ?? 0) + 1);
    else {
      wrong += 1;
      const { code = '', message = '' } = reasonOf(event) ?? {};
      say(`record ${at + 1}: ${code} ${message}`);
    }
  }
  print(`${options.element} ${reader.sequence}: ${reader.records} records`);
  const told = EVENTS.flatMap((event) => (counts.has(event) ? [`${event} ${counts.get(event)}`] : []));
  print(`  ${told.join(', ')}`);
  return wrong === 0 ? EXIT.ok : EXIT.failed;
};

export const addCdr = (tree: Command, exit: (code: number) => void): void => {
  tree
    .command('cdr')
    .description('check a file of a network element by its layout, and count its records')
    .argument('<file>')
    .requiredOption('--layout <file>', 'JSON: as docs/examples/roaming/cdr-layout-csv.json')
    .requiredOption('--element <code>', 'the element whose file it is')
    .action((file: string, options: Options) => exit(check(file, options)));
};
