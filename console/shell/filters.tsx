import { Input, Select } from 'antd';
import type { ReactNode } from 'react';
import { useWords } from '../language/language.ts';

/** What lists are narrowed by; without a choice everything is listed. */

export const PartnerSearch = (props: {
  readonly choose: (partner: string | undefined) => void;
  readonly width?: number;
}): ReactNode => {
  const words = useWords();
  return (
    <Input.Search
      allowClear
      style={props.width === undefined ? {} : { width: props.width }}
      placeholder={words.partnerHint}
      aria-label={words.partner}
      onSearch={(text) => props.choose(text === '' ? undefined : text)}
    />
  );
};

/** @param props.words by value, what a person reads */
export const Choice = <Value extends string>(props: {
  readonly label: string;
  readonly width: number;
  readonly words: Readonly<Record<Value, string>>;
  readonly value: Value | undefined;
  readonly choose: (value: Value | undefined) => void;
}): ReactNode => (
  <Select
    allowClear
    style={{ width: props.width }}
    placeholder={props.label}
    aria-label={props.label}
    options={Object.entries<string>(props.words).map(([value, label]) => ({ value: value as Value, label }))}
    value={props.value ?? null}
    onChange={(value: Value | null) => props.choose(value ?? undefined)}
  />
);
