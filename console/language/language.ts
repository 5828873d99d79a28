import { createContext, useContext } from 'react';
import { en } from './en.ts';
import { type Words, zh } from './zh.ts';

/** Chinese unless somebody has chosen English in this browser. */

export type Language = 'zh' | 'en';
const KEY = 'hufu.language';
const WORDS: Readonly<Record<Language, Words>> = { zh, en };

export const chosenLanguage = (): Language => (localStorage.getItem(KEY) === 'en' ? 'en' : 'zh');
export const chooseLanguage = (language: Language): void => {
  localStorage.setItem(KEY, language);
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
};

interface Spoken {
  readonly language: Language;
  readonly choose: (language: Language) => void;
}
export const LanguageContext = createContext<Spoken>({ language: 'zh', choose: () => undefined });

export const useLanguage = (): Spoken => useContext(LanguageContext);
export const useWords = (): Words => WORDS[useLanguage().language];

/** What a list of words has no word for is shown as it is. */
export const wordOf = (words: Readonly<Record<string, string>>, key: string): string => words[key] ?? key;
