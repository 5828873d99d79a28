import { UploadOutlined } from '@ant-design/icons';
import { Button, Form, Input, Modal, Upload } from 'antd';
import { type ReactNode, useState } from 'react';
import { useAction } from '../../api/queries.ts';
import { useWords } from '../../language/language.ts';
import { ProblemView } from '../../shell/problem-view.tsx';
import { go } from '../../shell/route.ts';

interface Said {
  readonly partner: string;
}

/** A partner's file from this computer; the gateway imports it at once, and knows the same bytes again. */
export const HandIn = (): ReactNode => {
  const words = useWords();
  const [open, setOpen] = useState(false);
  const [file, setFile] = useState<File | undefined>();
  const [form] = Form.useForm<Said>();
  const action = useAction('roaming.importFile.handIn');
  const send = ({ partner }: Said): void => {
    if (file === undefined) return;
    action.mutate(
      { query: { partner, name: file.name }, body: file },
      { onSuccess: (kept) => go(`/roaming/imports/${kept.partner}/${kept.ref.sm3}`) },
    );
  };
  return (
    <>
      <Button type="primary" icon={<UploadOutlined />} onClick={() => setOpen(true)}>
        {words.imports.handIn}
      </Button>
      <Modal
        open={open}
        title={words.imports.handIn}
        okText={words.imports.handInNow}
        cancelText={words.cancel}
        okButtonProps={{ disabled: file === undefined, loading: action.isPending }}
        onOk={() => form.submit()}
        onCancel={() => setOpen(false)}
      >
        <Form form={form} layout="vertical" onFinish={send}>
          <Form.Item
            name="partner"
            label={words.partner}
            rules={[{ required: true, pattern: /^[A-Z0-9]{5}$/, message: words.partnerHint }]}
          >
            <Input placeholder={words.partnerHint} maxLength={5} />
          </Form.Item>
          <Form.Item label={words.imports.name} required>
            <Upload
              maxCount={1}
              beforeUpload={(chosen) => {
                setFile(chosen);
                // It goes with the button, and with our token.
                return false;
              }}
              onRemove={() => setFile(undefined)}
            >
              <Button icon={<UploadOutlined />}>{words.imports.look}</Button>
            </Upload>
          </Form.Item>
        </Form>
        {action.error !== null && <ProblemView error={action.error} />}
      </Modal>
    </>
  );
};
