import { Button, Card, Form, Input, Modal, Segmented, Select, Tag } from 'antd';
import { type ReactNode, useState } from 'react';
import type { Operations, RoamingQuarantinedRecord } from '../../api/generated.ts';
import { useAction, useList } from '../../api/queries.ts';
import { momentOf } from '../../format.ts';
import { useWords } from '../../language/language.ts';
import { useMay } from '../../session/session.ts';
import { Link } from '../../shell/link.tsx';
import { ListTable } from '../../shell/list-table.tsx';
import { Page } from '../../shell/page.tsx';
import { ProblemView } from '../../shell/problem-view.tsx';

/** Records that wait for a person, with the reason and what can be done: attributed to a subscriber, or rejected. */

type Status = RoamingQuarantinedRecord['status'];
type Query = Operations['roaming.quarantinedRecord.list']['query'];

interface Said {
  readonly subscriber?: string;
}

const Settle = (props: { readonly record: RoamingQuarantinedRecord; readonly close: () => void }): ReactNode => {
  const words = useWords();
  const { record, close } = props;
  const [how, setHow] = useState<'attribute' | 'reject'>('attribute');
  const [form] = Form.useForm<Said>();
  const action = useAction('roaming.quarantinedRecord.settle');
  const act = ({ subscriber }: Said): void => {
    const path = { partner: record.partner, file: record.file, record: String(record.record) };
    action.mutate({ path, body: { subscriber: how === 'reject' ? null : (subscriber ?? null) } }, { onSuccess: close });
  };
  return (
    <Modal
      open
      title={`${words.quarantine.settle}: ${words.quarantine.record} ${record.record}`}
      okText={words.quarantine[how]}
      cancelText={words.cancel}
      okButtonProps={{ loading: action.isPending, danger: how === 'reject' }}
      onOk={() => form.submit()}
      onCancel={close}
    >
      <p>{record.message}</p>
      <Segmented
        block
        value={how}
        onChange={setHow}
        options={[
          { value: 'attribute', label: words.quarantine.attribute },
          { value: 'reject', label: words.quarantine.reject },
        ]}
      />
      <Form form={form} onFinish={act} layout="vertical" style={{ marginTop: 16 }}>
        {how === 'attribute' && (
          <Form.Item
            name="subscriber"
            label={words.quarantine.subscriber}
            rules={[{ required: true, message: words.quarantine.subscriberNeeded }]}
          >
            <Input />
          </Form.Item>
        )}
      </Form>
      {action.error !== null && <ProblemView error={action.error} />}
    </Modal>
  );
};

export const RecordTable = ({ query }: { readonly query: Query }): ReactNode => {
  const words = useWords();
  const may = useMay();
  const [chosen, choose] = useState<RoamingQuarantinedRecord | undefined>();
  const found = useList('roaming.quarantinedRecord.list', { query }, { everyMs: 5_000 });
  const mayChange = may('roaming.quarantinedRecord.settle');
  const { quarantine } = words;
  const columns = [
    { title: words.partner, dataIndex: 'partner', width: 90 },
    {
      title: quarantine.file,
      width: 130,
      render: ({ partner, file }: RoamingQuarantinedRecord) => (
        <Link to={`/roaming/imports/${partner}/${file}`}>{file.slice(0, 10)}…</Link>
      ),
    },
    { title: quarantine.record, dataIndex: 'record', width: 80 },
    { title: quarantine.at, width: 170, render: ({ atMs }: RoamingQuarantinedRecord) => momentOf(atMs) },
    {
      title: quarantine.why,
      render: ({ code, message }: RoamingQuarantinedRecord) => (
        <>
          <Tag>{code}</Tag>
          {message}
        </>
      ),
    },
    { title: quarantine.what, dataIndex: 'action' },
    {
      title: words.status,
      width: 110,
      render: (one: RoamingQuarantinedRecord) =>
        one.status === 'open' && mayChange ? (
          <Button size="small" type="primary" onClick={() => choose(one)}>
            {quarantine.settle}
          </Button>
        ) : (
          <Tag color={one.status === 'open' ? 'error' : 'default'}>{quarantine.statuses[one.status]}</Tag>
        ),
    },
  ];
  return (
    <>
      <ListTable rowKey={({ file, record }) => `${file} ${record}`} columns={columns} found={found} />
      {chosen !== undefined && <Settle record={chosen} close={() => choose(undefined)} />}
    </>
  );
};

const QuarantinedRecords = (): ReactNode => {
  const words = useWords();
  const [status, setStatus] = useState<Status>('open');
  const options = Object.entries(words.quarantine.statuses).map(([value, label]) => ({
    value: value as Status,
    label,
  }));
  const choice = (
    <Select style={{ width: 140 }} aria-label={words.status} value={status} options={options} onChange={setStatus} />
  );
  return (
    <Page title={words.pages.quarantine} about={words.quarantine.about} buttons={choice}>
      <Card styles={{ body: { padding: 0 } }}>
        <RecordTable query={{ status }} />
      </Card>
    </Page>
  );
};
export default QuarantinedRecords;
