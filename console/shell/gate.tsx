import { useQueryClient } from '@tanstack/react-query';
import { Button, Spin } from 'antd';
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { call, callAs } from '../api/client.ts';
import { useLanguage, useWords } from '../language/language.ts';
import { type Session, SessionContext } from '../session/session.ts';
import {
  accessToken,
  beginSignIn,
  type ConsoleSettings,
  dropTokens,
  fetchSettings,
  finishSignIn,
  wasSignedIn,
} from '../session/sign-in.ts';
import { Frame } from './frame.tsx';
import hufu from './hufu.svg';
import { ProblemView } from './problem-view.tsx';
import { go, here } from './route.ts';

/** Before anybody is signed in: a welcome with one button; or at once to the issuer, when this tab was signed in before. */

type Stage =
  | { readonly at: 'starting' }
  | { readonly at: 'welcome'; readonly settings: ConsoleSettings; readonly failure?: unknown }
  | { readonly at: 'failed'; readonly failure: unknown }
  | { readonly at: 'in'; readonly session: Session };

/** The issuer sends browsers back to one address only; at another name of this gateway nobody could sign in. */
const atItsAddress = ({ publicUrl }: ConsoleSettings): boolean => {
  if (new URL(publicUrl).origin === location.origin) return true;
  location.replace(`${publicUrl}/console/${location.hash}`);
  return false;
};

const begin = async (): Promise<Stage> => {
  const settings = await fetchSettings();
  if (!atItsAddress(settings)) return { at: 'starting' };
  try {
    const back = await finishSignIn(settings);
    if (back === undefined) {
      if (!wasSignedIn()) return { at: 'welcome', settings };
      await beginSignIn(settings, here());
      return { at: 'starting' };
    }
    callAs({
      token: accessToken,
      lost: () => {
        dropTokens();
        void beginSignIn(settings, here());
      },
    });
    go(back);
    return { at: 'in', session: { settings, me: await call('operations.me.read', {}) } };
  } catch (failure) {
    return { at: 'welcome', settings, failure };
  }
};

export const Gate = (): ReactNode => {
  const words = useWords();
  const queries = useQueryClient();
  const [stage, setStage] = useState<Stage>({ at: 'starting' });
  const begun = useRef(false);
  const start = useCallback(() => {
    queries.clear();
    begin().then(setStage, (failure: unknown) => setStage({ at: 'failed', failure }));
  }, [queries]);
  useEffect(() => {
    // A code is good once; in development effects run twice.
    if (begun.current) return;
    begun.current = true;
    start();
  }, [start]);
  if (stage.at === 'in') {
    return (
      <SessionContext value={stage.session}>
        <Frame />
      </SessionContext>
    );
  }
  return (
    <div className="welcome">
      <img src={hufu} alt="" />
      <h1>{words.brand}</h1>
      <p>{words.slogan}</p>
      {stage.at === 'starting' && <Spin size="large" aria-label={words.loading} />}
      {stage.at === 'failed' && <ProblemView error={stage.failure} again={start} />}
      {stage.at === 'welcome' && <Welcome settings={stage.settings} failure={stage.failure} />}
    </div>
  );
};

const Welcome = ({
  settings,
  failure,
}: {
  readonly settings: ConsoleSettings;
  readonly failure: unknown;
}): ReactNode => {
  const words = useWords();
  const { language, choose } = useLanguage();
  const [problem, setProblem] = useState(failure);
  return (
    <>
      {problem !== undefined && <p role="alert">{`${words.signedOutHere}: ${String(problem)}`}</p>}
      <Button type="primary" size="large" onClick={() => beginSignIn(settings, here()).catch(setProblem)}>
        {words.signIn}
      </Button>
      <Button type="link" onClick={() => choose(language === 'zh' ? 'en' : 'zh')}>
        {words.language}
      </Button>
    </>
  );
};
