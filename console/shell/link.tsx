import type { ReactNode } from 'react';

/** To a place in the console. */
export const Link = ({ to, children }: { readonly to: string; readonly children: ReactNode }): ReactNode => (
  <a href={`#${encodeURI(to)}`}>{children}</a>
);
