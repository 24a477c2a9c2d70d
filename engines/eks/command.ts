/** Text that Kubernetes hands over as it is: it would replace `$(NAME)` and turn `$$` into `$`. */
export function literal(text: string): string {
  return text.replaceAll('$', '$$$$');
}
