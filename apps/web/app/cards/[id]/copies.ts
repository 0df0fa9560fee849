/** Copies of one call. */
export const COPIES_PAGE = 40;
