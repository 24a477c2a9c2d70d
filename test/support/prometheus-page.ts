export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

const COMMENT = /^# (HELP|TYPE) [a-zA-Z_:][\w:]* .*$/;
const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (-?[\d.]+(?:e[+-]?\d+)?|[+-]Inf|NaN)$/i;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y;

/**
 * Every sample of a page in the text format of Prometheus (its exposition_formats.md, 0.0.4). No
 * package that reads it keeps the labels of histograms.
 * @throws Error at the first line that is not of the format
 */
export function samplesOf(page: string): Sample[] {
  const lines = page.split('\n').filter((line) => line !== '' && !COMMENT.test(line));
  return lines.map((line) => {
    const match = SAMPLE.exec(line);
    if (match === null) throw new Error(`not a sample: ${line}`);
    const [, name = '', labels = '', value] = match;
    return { name, labels: labelsOf(labels), value: Number(value) };
  });
}

function labelsOf(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const at = LABEL.lastIndex;
    const match = LABEL.exec(text);
    if (match === null) throw new Error(`not labels: ${text.slice(at)}`);
    labels[match[1] ?? ''] = match[2] ?? '';
  }
  return labels;
}
