import '@mantine/dates/styles.css';
import { withTheme } from '@rjsf/core';
import { Theme } from '@rjsf/mantine';
import { errorsOf } from './form-errors.ts';
import { looseValidator } from './loose-validator.ts';

const Form = withTheme(Theme);

export interface SchemaFormProps {
  schema: Record<string, unknown>;
  value: Record<string, unknown>;
  onChange: (value: Record<string, unknown>) => void;
  violations: readonly { path: string; text: string }[];
}

/** A form made of a JSON Schema; a module of its own, because its library is large. */
export function SchemaForm({ schema, value, onChange, violations }: SchemaFormProps) {
  // The form knows what it makes of draft-07; which draft a schema says makes no difference to it.
  const { $schema: _, ...plain } = schema;
  return (
    <Form
      tagName="div"
      schema={plain}
      formData={value}
      validator={looseValidator}
      extraErrors={errorsOf(violations)}
      showErrorList={false}
      noHtml5Validate
      idPrefix="payload"
      uiSchema={{ 'ui:submitButtonOptions': { norender: true } }}
      experimental_defaultFormStateBehavior={{ emptyObjectFields: 'skipEmptyDefaults' }}
      onChange={({ formData }) => onChange((formData ?? {}) as Record<string, unknown>)}
    >
      <span />
    </Form>
  );
}
