/** A setting that is refused. The message is for the person who set it, and says what is allowed. */
export class SettingError extends Error {}
