/**
 * The query of an address that paths.ts built, for `search` of a link: the router knows the types of
 * addresses that are written out only.
 */
export function searchOf(search: object): true {
  return search as unknown as true;
}
