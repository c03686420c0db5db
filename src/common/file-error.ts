import { runtimeError } from './errors.ts';

/** The TableRuntimeError FILE_ERROR of what the file system said. */
export function fileError(path: string, error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason =
    REASONS[code] ?? (error instanceof Error ? error.message.replace(/\.$/, '') : String(error));
  return runtimeError('FILE_ERROR', { path, reason }, { cause: error });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'access is denied',
  EISDIR: 'it is a folder',
  ENOSPC: 'the disk is full',
  EMFILE: 'too many files are open',
  ENOTDIR: 'a part of its path is not a folder',
};
