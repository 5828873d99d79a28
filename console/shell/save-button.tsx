import { DownloadOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { App, Button } from 'antd';
import type { ReactNode } from 'react';
import { type Asked, type OperationId, Problem, save } from '../api/client.ts';

/** A download; it says so when there is none. */
export const SaveButton = <Id extends OperationId>(props: {
  readonly id: Id;
  readonly asked: Asked<Id>;
  readonly children: ReactNode;
}): ReactNode => {
  const { message } = App.useApp();
  const saving = useMutation({
    mutationFn: () => save(props.id, props.asked),
    onError: (cause) => {
      const text = cause instanceof Problem ? `${cause.details.code}: ${cause.details.detail}` : String(cause);
      void message.error(text);
    },
  });
  return (
    <Button icon={<DownloadOutlined />} loading={saving.isPending} onClick={() => saving.mutate()}>
      {props.children}
    </Button>
  );
};
