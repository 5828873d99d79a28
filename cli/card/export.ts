import type { Command } from 'commander';
import type { ReaderAddress } from '../../devices/card-reader/address.ts';
import { readCard } from '../../devices/card-reader/card-image.ts';
import { print } from '../admin/answer.ts';
import { describedCard } from './described.ts';
import { useReader, withReader } from './reader.ts';

/** `hufu card export`: the same as `read`, as one JSON document. */
export const addExport = (tree: Command): void => {
  withReader(tree.command('export'))
    .description('print the card as JSON: bytes and values of every file')
    .option('--reveal', 'also what belongs to a person: numbers, places, messages')
    .action(async ({ reader, reveal }: { readonly reader: ReaderAddress; readonly reveal?: boolean }) => {
      const image = await useReader(reader, readCard);
      print(JSON.stringify(describedCard(image, reveal === true), null, 2));
    });
};
