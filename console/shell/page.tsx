import type { ReactNode } from 'react';

/** A page's heading with what it is for, and its buttons. */
export const Page = (props: {
  readonly title: ReactNode;
  readonly about?: ReactNode;
  readonly buttons?: ReactNode;
  readonly children: ReactNode;
}): ReactNode => (
  <section>
    <div className="page-head">
      <div>
        <h1>{props.title}</h1>
        {props.about !== undefined && <p>{props.about}</p>}
      </div>
      {props.buttons}
    </div>
    <div className="stack">{props.children}</div>
  </section>
);
