import { validationError } from '../../common/errors.ts';
import { printPath } from '../../common/identifiers.ts';
import type { CallProcedure } from '../../parser/ast/statements.ts';

/** CALL: catalogs in memory have no procedures. Errors: PROCEDURE_NOT_FOUND. */
export function callProcedure({ name }: CallProcedure): never {
  throw validationError(
    'PROCEDURE_NOT_FOUND',
    { name: printPath(name.parts) },
    { span: name.span, hint: 'SHOW PROCEDURES lists those of a catalog; this one has none.' },
  );
}
