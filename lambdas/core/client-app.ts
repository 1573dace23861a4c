/** An app: what tokens are issued to, as Slack's and Twitter's are. Rate limits are counted for each. */
export interface App {
  id: string;
  name: string;
  /** Tokens of a removed app stop working until it is restored. */
  state: AppState;
}

export const APP_STATES = ['installed', 'removed'] as const;
export type AppState = (typeof APP_STATES)[number];
