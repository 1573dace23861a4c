/**
 * A cell's text without the invisible characters around it: blanks of every kind, no-break ones too, and the marks of
 * width and direction that come along when a path is copied.
 */
export const cellText = (cell: string | undefined): string => (cell ?? '').replace(UNSEEN_AROUND, '');

const UNSEEN = '[\\s\\u200B-\\u200F\\u202A-\\u202E\\u2060\\u2066-\\u2069\\uFEFF]+';
const UNSEEN_AROUND = new RegExp(`^${UNSEEN}|${UNSEEN}$`, 'g');
