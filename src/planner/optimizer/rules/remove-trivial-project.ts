import { defineRule } from '../rule.ts';

/** Project(all columns as they are, x)  =>  x */
export const removeTrivialProject = defineRule({
  name: 'remove-trivial-project',
  on: 'Project',
  rewrite(node) {
    const { exprs, input, schema } = node;
    const { fields } = input.schema;
    const isTrivial =
      exprs.length === fields.length &&
      exprs.every(
        (expr, i) =>
          expr.kind === 'InputRef' &&
          expr.index === i &&
          fields[i]!.name === schema.fields[i]!.name,
      );
    return isTrivial ? input : node;
  },
});
