import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { type Answer, type Asked, call, type OperationId } from './client.ts';

/** Operations as hooks: what is asked is kept by operation and input; what changes something has what was read asked again. */

interface Options {
  readonly everyMs?: number | false;
  readonly enabled?: boolean;
}

export const useAnswer = <Id extends OperationId>(id: Id, asked: Asked<Id>, options: Options = {}) =>
  useQuery({
    queryKey: [id, asked],
    queryFn: ({ signal }) => call(id, { ...asked, signal }),
    refetchInterval: options.everyMs ?? false,
    enabled: options.enabled ?? true,
    placeholderData: keepPreviousData,
  });

interface Paged<Item> {
  readonly items: ReadonlyArray<Item>;
  readonly nextCursor: string | null;
}
/** Operations that list page by page. */
type ListId = { [Id in OperationId]: Answer<Id> extends Paged<unknown> ? Id : never }[OperationId];
type ItemOf<Id extends ListId> = Answer<Id> extends Paged<infer Item> ? Item : never;

/** Each look asks for every page again: whoever has paged down looks something up, and waits for nothing. */
const LIVE_PAGES = 2;

/** The pages that have been asked for, as one list. */
export const useList = <Id extends ListId>(id: Id, asked: Asked<Id>, options: Options = {}) => {
  const pages = useInfiniteQuery({
    queryKey: [id, 'pages', asked],
    queryFn: async ({ pageParam, signal }) => {
      const { query } = asked as { readonly query?: object };
      const page = await call(id, { ...asked, query: { ...query, cursor: pageParam }, signal } as Asked<Id>);
      return page as Paged<ItemOf<Id>>;
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > LIVE_PAGES ? false : (options.everyMs ?? false)),
    enabled: options.enabled ?? true,
    placeholderData: keepPreviousData,
  });
  return { ...pages, items: pages.data?.pages.flatMap(({ items }) => items) ?? [] };
};

/**
 * Does something once: the same input that is tried again after a failure has the same idempotency key, so that what was
 * done though its answer was lost is not done twice.
 */
export const useAction = <Id extends OperationId>(id: Id) => {
  const client = useQueryClient();
  const tried = useRef<{ readonly input: string; readonly key: string } | undefined>(undefined);
  return useMutation({
    mutationFn: (asked: Asked<Id>) => {
      const input = JSON.stringify(asked);
      if (tried.current?.input !== input) tried.current = { input, key: crypto.randomUUID() };
      return call(id, { ...asked, key: tried.current.key });
    },
    onSuccess: () => {
      tried.current = undefined;
      return client.invalidateQueries();
    },
  });
};
