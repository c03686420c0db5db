import { validationError } from '../../common/errors.ts';
import { printPath } from '../../common/identifiers.ts';
import type { TableElement } from '../../parser/ast/tables.ts';
import type { Schema } from '../../types/schema.ts';

/**
 * The elements of a table that a query fills: the columns of the query are added where they are
 * not declared. A list of names alone gives the columns their order, and where `ordered` any list
 * of all of them; else what is declared beside the query comes first. Errors: INVALID_CONSTRAINT
 * for a list of names that leaves out a column.
 */
export function withQueryColumns(
  elements: readonly TableElement[],
  { fields }: Schema,
  ordered: boolean,
): readonly TableElement[] {
  const declared = new Map(
    elements.flatMap((e): [string, TableElement][] =>
      e.kind === 'PhysicalColumn' || e.kind === 'ColumnReference'
        ? [[printPath(e.name.parts), e]]
        : [],
    ),
  );
  const list = elements.find((e) => e.kind === 'ColumnReference');
  if (list !== undefined) {
    const missing = fields.find((f) => !declared.has(f.name));
    if (missing === undefined) return elements;
    const reason = `the list of columns leaves out '${missing.name}' of the query`;
    throw validationError('INVALID_CONSTRAINT', { reason }, { span: list.span });
  }
  if (ordered && fields.every((f) => declared.has(f.name))) return elements;
  const ofQuery = fields.map(({ name }): TableElement => {
    const identifier = { kind: 'Identifier', span: null, parts: [name] } as const;
    return declared.get(name) ?? { kind: 'ColumnReference', span: null, name: identifier };
  });
  return [...elements.filter((e) => !ofQuery.includes(e)), ...ofQuery];
}
