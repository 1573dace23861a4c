/** An app that tokens are issued to, as in Slack and Twitter. Rate limits are counted per app. */
export interface App {
  id: string;
  name: string;
  /** Tokens of a removed app do not work until the app is restored. */
  state: AppState;
}

export const APP_STATES = ['installed', 'removed'] as const;
export type AppState = (typeof APP_STATES)[number];
