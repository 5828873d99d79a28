import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { Button, Table, type TableProps } from 'antd';
import type { ReactNode } from 'react';
import { useWords } from '../language/language.ts';
import { ProblemView } from './problem-view.tsx';

/** A list as a table: what went wrong, the pages that have been asked for, and a button for the next. */

/** What `useList` gives. */
interface Found<Item>
  extends Pick<
    UseInfiniteQueryResult,
    'error' | 'refetch' | 'isPending' | 'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage'
  > {
  readonly items: ReadonlyArray<Item>;
}

export const ListTable = <Item extends object>(
  props: { readonly found: Found<Item> } & Pick<TableProps<Item>, 'rowKey' | 'columns' | 'scroll'>,
): ReactNode => {
  const words = useWords();
  const { found, ...table } = props;
  return (
    <>
      {found.error !== null && <ProblemView error={found.error} again={() => void found.refetch()} />}
      <Table<Item>
        {...table}
        dataSource={[...found.items]}
        loading={found.isPending}
        pagination={false}
        size="middle"
      />
      {found.hasNextPage && (
        <Button block type="text" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {words.more}
        </Button>
      )}
    </>
  );
};
