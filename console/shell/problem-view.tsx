import { Alert, Button } from 'antd';
import type { ReactNode } from 'react';
import { Problem } from '../api/client.ts';
import { useWords } from '../language/language.ts';
import type { Words } from '../language/zh.ts';

/** What went wrong, for a person: what it is, the code, the field, what to do, and the number to give to support. */

const titleOf = (words: Words, status: number): string => {
  const { problem } = words;
  if (status === 0) return problem.unreachable;
  if (status === 403 || status === 401) return problem.denied;
  if (status === 404) return problem.missing;
  if (status === 409 || status === 412) return problem.conflict;
  if (status === 429 || status === 503) return problem.later;
  return status >= 500 ? problem.defect : problem.invalid;
};

export const ProblemView = ({ error, again }: { readonly error: unknown; readonly again?: () => void }): ReactNode => {
  const words = useWords();
  if (!(error instanceof Problem)) {
    return <Alert type="error" showIcon title={words.problem.defect} description={String(error)} />;
  }
  const { status, code, detail, field, action, errors = [], requestId } = error.details;
  const rows = [
    [words.problem.code, code],
    [words.problem.field, field],
    [words.problem.action, action],
    [words.problem.requestId, requestId],
  ].filter(([, text]) => text !== undefined && text !== '');
  return (
    <Alert
      type={status === 403 || status === 409 ? 'warning' : 'error'}
      showIcon
      role="alert"
      title={titleOf(words, status)}
      description={
        <>
          <div>{detail}</div>
          {errors.length > 1 &&
            errors.map((one) => <div key={`${one.field} ${one.message}`}>{`${one.field}: ${one.message}`}</div>)}
          {rows.map(([name, text]) => (
            <div key={name}>
              <small>
                {name}: {text}
              </small>
            </div>
          ))}
        </>
      }
      action={
        again === undefined ? undefined : (
          <Button size="small" onClick={again}>
            {words.again}
          </Button>
        )
      }
    />
  );
};
