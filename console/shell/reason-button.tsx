import { Button, Form, Input, Modal } from 'antd';
import { type ReactNode, useState } from 'react';
import { useWords } from '../language/language.ts';
import { ProblemView } from './problem-view.tsx';

interface Said {
  readonly reason?: string;
}

/** A step that asks for a reason first; what is refused stays in the window, with what to do about it. */
export const ReasonButton = (props: {
  readonly label: string;
  readonly of: string;
  readonly danger?: boolean;
  readonly primary?: boolean;
  /** A step that goes without one, too. */
  readonly optional?: boolean;
  readonly pending: boolean;
  readonly error: unknown;
  readonly act: (reason: string, done: () => void) => void;
}): ReactNode => {
  const words = useWords();
  const [open, setOpen] = useState(false);
  const [form] = Form.useForm<Said>();
  const act = ({ reason = '' }: Said): void => {
    props.act(reason.trim(), () => setOpen(false));
  };
  return (
    <>
      <Button
        type={props.primary === true ? 'primary' : 'default'}
        danger={props.danger === true}
        onClick={() => setOpen(true)}
      >
        {props.label}
      </Button>
      <Modal
        open={open}
        title={props.label}
        okText={props.label}
        cancelText={words.cancel}
        okButtonProps={{ danger: props.danger === true, loading: props.pending }}
        onOk={() => form.submit()}
        onCancel={() => setOpen(false)}
      >
        <Form form={form} layout="vertical" onFinish={act}>
          <Form.Item
            name="reason"
            label={props.of}
            rules={[{ required: props.optional !== true, whitespace: true, message: words.reasonNeeded }]}
          >
            <Input.TextArea rows={3} maxLength={400} />
          </Form.Item>
        </Form>
        {props.error !== null && <ProblemView error={props.error} />}
      </Modal>
    </>
  );
};
