/** The folder for those of the page's files that have a hash in their name, so that browsers may keep them. */
export const HASHED_FOLDER = 'assets';
