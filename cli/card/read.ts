import type { Command } from 'commander';
import type { ReaderAddress } from '../../devices/card-reader/address.ts';
import { readCard } from '../../devices/card-reader/card-image.ts';
import { print } from '../admin/answer.ts';
import { cardTree, describedCard } from './described.ts';
import { useReader, withReader } from './reader.ts';

/** `hufu card read`: the card as a tree of named files. */
export const addRead = (tree: Command): void => {
  withReader(tree.command('read'))
    .description('print the card as a tree of named files')
    .option('--reveal', 'also what belongs to a person: numbers, places, messages')
    .action(async ({ reader, reveal }: { readonly reader: ReaderAddress; readonly reveal?: boolean }) => {
      const image = await useReader(reader, readCard);
      for (const line of cardTree(describedCard(image, reveal === true))) print(line);
    });
};
