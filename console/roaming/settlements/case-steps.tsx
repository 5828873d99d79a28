import { Button, Checkbox, Form, Input, Modal, Segmented, Select, Space } from 'antd';
import { type ReactNode, useState } from 'react';
import type { Operations, RoamingCaseEvidence, RoamingTracedRecord } from '../../api/generated.ts';
import { useAction } from '../../api/queries.ts';
import { momentOf, moneyOf } from '../../format.ts';
import { useWords } from '../../language/language.ts';
import { useMay } from '../../session/session.ts';
import { ProblemView } from '../../shell/problem-view.tsx';
import { ReasonButton } from '../../shell/reason-button.tsx';

/** What a person does with a case: takes it, says how it is settled; a second person approves that, or gives it back. */

type CaseState = Operations['roaming.case.read']['answer'];
type Proposed = Operations['roaming.case.propose']['body'];
type Resolution = Proposed['resolution'];
type Measured = RoamingCaseEvidence['proposal'];

interface Said {
  readonly reason: string;
  readonly amountMinor?: string;
  readonly record?: string | null;
  readonly believed?: boolean;
}
interface About {
  readonly path: { readonly case: string };
  readonly found: CaseState;
  readonly records: ReadonlyArray<RoamingTracedRecord>;
  /** What may be proposed by what a monitor has measured. */
  readonly measured: Measured;
}

const Propose = ({ path, found, records, measured, close }: About & { readonly close: () => void }): ReactNode => {
  const words = useWords();
  const { cases } = words;
  const [form] = Form.useForm<Said>();
  const [resolution, setResolution] = useState<Resolution>(measured?.resolution ?? 'theirs');
  const propose = useAction('roaming.case.propose');
  // Of a difference the amount is known by both lines.
  const asksAmount = found.origin.kind !== 'difference' && resolution !== 'ours';
  const act = ({ reason, amountMinor = '', record = null, believed = false }: Said): void => {
    const body = {
      resolution,
      reason: reason.trim(),
      amountMinor: asksAmount && amountMinor !== '' ? amountMinor : null,
      record,
      ...(believed && measured !== null ? { measured: measured.measured } : {}),
    };
    propose.mutate({ path, body }, { onSuccess: close });
  };
  const options = records.map(({ id, record, user, atMs, chargedMinor, decimals, currency }) => ({
    value: id,
    label: `${record} · ${user ?? '–'} · ${momentOf(atMs)} · ${moneyOf(chargedMinor, decimals, currency)}`,
  }));
  return (
    <Modal
      open
      title={cases.propose}
      okText={cases.propose}
      cancelText={words.cancel}
      okButtonProps={{ loading: propose.isPending }}
      onOk={() => form.submit()}
      onCancel={close}
    >
      <Segmented
        block
        value={resolution}
        onChange={setResolution}
        options={(['ours', 'theirs', 'writtenOff'] as const).map((value) => ({
          value,
          label: cases.resolutions[value],
        }))}
      />
      <Form
        form={form}
        onFinish={act}
        layout="vertical"
        style={{ marginTop: 16 }}
        initialValues={{ record: records.length === 1 ? records[0]?.id : null, believed: measured !== null }}
      >
        <Form.Item name="record" label={cases.ofRecord}>
          <Select allowClear options={options} />
        </Form.Item>
        {asksAmount && (
          <Form.Item
            name="amountMinor"
            label={cases.amount}
            rules={[{ pattern: /^-?[0-9]{1,18}$/, message: cases.amountForm }]}
          >
            <Input />
          </Form.Item>
        )}
        {measured !== null && (
          <Form.Item name="believed" valuePropName="checked">
            <Checkbox>{`${cases.believed}: ${measured.measured.usage} (${measured.measured.monitor})`}</Checkbox>
          </Form.Item>
        )}
        <Form.Item
          name="reason"
          label={words.reason}
          rules={[{ required: true, whitespace: true, message: words.reasonNeeded }]}
        >
          <Input.TextArea rows={3} maxLength={400} />
        </Form.Item>
      </Form>
      {propose.error !== null && <ProblemView error={propose.error} />}
    </Modal>
  );
};

export const CaseSteps = (about: About): ReactNode => {
  const { cases, reason } = useWords();
  const may = useMay();
  const { path, found } = about;
  const [proposing, setProposing] = useState(false);
  const take = useAction('roaming.case.take');
  const approve = useAction('roaming.case.approve');
  const giveBack = useAction('roaming.case.return');
  const { status } = found;
  const failed = take.error ?? approve.error;
  return (
    <>
      <Space wrap>
        {(status === 'open' || status === 'taken') && may('roaming.case.take') && (
          <Button loading={take.isPending} onClick={() => take.mutate({ path, body: {} })}>
            {cases.take}
          </Button>
        )}
        {status === 'taken' && may('roaming.case.propose') && (
          <Button type="primary" onClick={() => setProposing(true)}>
            {cases.propose}
          </Button>
        )}
        {status === 'proposed' && may('roaming.case.approve') && (
          <Button type="primary" loading={approve.isPending} onClick={() => approve.mutate({ path, body: {} })}>
            {cases.approve}
          </Button>
        )}
        {status === 'proposed' && may('roaming.case.return') && (
          <ReasonButton
            label={cases.giveBack}
            of={reason}
            pending={giveBack.isPending}
            error={giveBack.error}
            act={(why, done) => giveBack.mutate({ path, body: { reason: why } }, { onSuccess: done })}
          />
        )}
      </Space>
      {failed !== null && <ProblemView error={failed} />}
      {proposing && <Propose {...about} close={() => setProposing(false)} />}
    </>
  );
};
