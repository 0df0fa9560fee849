/** What a page is given: the parts of its address. Both have to be checked, as anybody may have written them. */
export interface PageProps<P extends string = never> {
  params: Promise<Record<P, string>>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}
