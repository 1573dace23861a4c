/** Where the page's files go that carry a hash of themselves in their name, so that browsers may keep them. */
export const HASHED_FOLDER = 'assets';
