import { type Node, parseExpressionAt } from 'acorn';

/** A syntax node with its fields by name. */
interface TreeNode extends Node {
  readonly [field: string]: unknown;
}

/** The names that a scope declares, and the scope around it. */
interface Scope {
  readonly names: Set<string>;
  readonly parent: Scope | null;
  /** `var` and functions belong to the nearest of these. */
  readonly isFunction: boolean;
}

/** How a function's text can be evaluated. */
export interface FunctionSource {
  /** An expression that makes the function or class. */
  readonly expression: string;
  /** Names that the text uses but does not declare. */
  readonly free: ReadonlySet<string>;
  /** What it imports by a path relative to its file, which its text does not know. */
  readonly relativeImports: readonly string[];
  /** Names of the parameters, as far as they have names. */
  readonly parameters: readonly string[];
  /** Whether it is a class with members of private names at its top level. */
  readonly hasPrivateNames: boolean;
}

/**
 * Reads the text of a function, a method or a class. Null when it is not JavaScript that stands
 * alone: a native or bound function, a method that uses `super`.
 */
export function readFunction(text: string): FunctionSource | null {
  for (const expression of [text, methodText(text)]) {
    if (expression === null) continue;
    const root = parse(`(${expression})`);
    if (root === null) continue;
    const free = new Set<string>();
    walk(root, { names: new Set(), parent: null, isFunction: true }, free);
    const hasPrivateNames = isClassWithPrivateNames(root);
    const relativeImports = importsOf(root).filter((specifier) => /^\.\.?\//.test(specifier));
    const parameters = parameterNames(root);
    return { expression, free, relativeImports, parameters, hasPrivateNames };
  }
  return null;
}

/** `eval(x) {…}` as a function expression; `async eval`, `*eval` and `async *eval` too. */
function methodText(text: string): string | null {
  const match = /^(async\s+)?(\*\s*)?[\w$]+\s*(\([\s\S]*)$/.exec(text);
  if (match === null) return null;
  const [, isAsync = '', generator = '', rest = ''] = match;
  return `${isAsync}function${generator === '' ? '' : '*'} ${rest}`;
}

/** Functions may come from scripts or from modules; null if the text is no expression in either. */
function parse(text: string): TreeNode | null {
  for (const sourceType of ['script', 'module'] as const) {
    try {
      const root = parseExpressionAt(text, 0, { ecmaVersion: 'latest', sourceType });
      // Acorn's node types list every kind; the walk reads fields by name.
      return root as unknown as TreeNode;
    } catch {
      // The next reading, or none.
    }
  }
  return null;
}

function parameterNames(root: TreeNode): readonly string[] {
  const params = root['params'];
  if (!Array.isArray(params)) return [];
  return params.map((param: TreeNode, i) => {
    const target = param.type === 'AssignmentPattern' ? (param['left'] as TreeNode) : param;
    return target.type === 'Identifier' ? String(target['name']) : `arg${i}`;
  });
}

/** The texts that `import(…)` is called with, anywhere in a tree. */
function importsOf(node: TreeNode): readonly string[] {
  const inside = children(node).flatMap(importsOf);
  const { source } = node;
  if (node.type !== 'ImportExpression' || !isNode(source)) return inside;
  const { value } = source;
  return typeof value === 'string' ? [value, ...inside] : inside;
}

function isClassWithPrivateNames(root: TreeNode): boolean {
  if (root.type !== 'ClassExpression') return false;
  const body = root['body'] as TreeNode;
  return children(body).some((member) => {
    const { key } = member;
    return isNode(key) && key.type === 'PrivateIdentifier' && member['static'] !== true;
  });
}

function isNode(value: unknown): value is TreeNode {
  return typeof value === 'object' && value !== null && 'type' in value;
}

function children(node: TreeNode): TreeNode[] {
  return Object.values(node).flatMap((value) =>
    Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [],
  );
}

function walk(node: TreeNode, scope: Scope, free: Set<string>): void {
  switch (node.type) {
    case 'Identifier':
      use(String(node['name']), scope, free);
      return;
    case 'MemberExpression':
    case 'Property':
    case 'MethodDefinition':
    case 'PropertyDefinition':
      walkKeyed(node, scope, free);
      return;
    case 'FunctionExpression':
    case 'FunctionDeclaration':
    case 'ArrowFunctionExpression':
      walkFunction(node, scope, free);
      return;
    case 'ClassExpression':
    case 'ClassDeclaration': {
      const inner = childScope(scope, false);
      declare(node['id'], inner);
      for (const child of children(node)) walk(child, inner, free);
      return;
    }
    case 'BlockStatement':
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'SwitchStatement':
    case 'StaticBlock':
      walkAll(children(node), childScope(scope, false), free);
      return;
    case 'CatchClause': {
      const inner = childScope(scope, false);
      declare(node['param'], inner);
      walkAll(children(node), inner, free);
      return;
    }
    case 'LabeledStatement':
      walk(node['body'] as TreeNode, scope, free);
      return;
    case 'BreakStatement':
    case 'ContinueStatement':
      return;
    case 'MetaProperty':
      if ((node['meta'] as TreeNode)['name'] === 'import') free.add('import.meta');
      return;
    default:
      walkAll(children(node), scope, free);
  }
}

/** Declarations of a list are known before its uses: functions and `let` in loops refer forwards. */
function walkAll(nodes: readonly TreeNode[], scope: Scope, free: Set<string>): void {
  for (const node of nodes) hoist(node, scope);
  for (const node of nodes) walk(node, scope, free);
}

/** Keys are names only where they are computed; a shorthand property is a use of its value. */
function walkKeyed(node: TreeNode, scope: Scope, free: Set<string>): void {
  const key = node.type === 'MemberExpression' ? 'property' : 'key';
  for (const [field, value] of Object.entries(node)) {
    if (field === key && node['computed'] !== true) continue;
    if (isNode(value)) walk(value, scope, free);
  }
}

function walkFunction(node: TreeNode, scope: Scope, free: Set<string>): void {
  const inner = childScope(scope, true);
  if (node.type === 'FunctionExpression') declare(node['id'], inner);
  if (node.type !== 'ArrowFunctionExpression') inner.names.add('arguments');
  const params = node['params'] as readonly TreeNode[];
  for (const param of params) declare(param, inner);
  const body = node['body'] as TreeNode;
  hoistVars(body, inner);
  for (const param of params) walk(param, inner, free);
  walk(body, inner, free);
}

function childScope(parent: Scope, isFunction: boolean): Scope {
  return { names: new Set(), parent, isFunction };
}

function use(name: string, scope: Scope, free: Set<string>): void {
  for (let at: Scope | null = scope; at !== null; at = at.parent) if (at.names.has(name)) return;
  free.add(name);
}

/** Declares what a statement declares in its own block. */
function hoist(node: TreeNode, scope: Scope): void {
  if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') {
    declare(node['id'], scope);
  } else if (node.type === 'VariableDeclaration') {
    for (const declarator of node['declarations'] as readonly TreeNode[]) {
      declare(declarator['id'], scope);
    }
  }
}

/** Declares the `var` names of a function's body, wherever they stand in it. */
function hoistVars(node: TreeNode, scope: Scope): void {
  if (node.type === 'VariableDeclaration' && node['kind'] === 'var') hoist(node, scope);
  if (/Function|Class/.test(node.type)) return;
  for (const child of children(node)) hoistVars(child, scope);
}

/** Declares the names of a binding: an identifier, or what a pattern takes apart. */
function declare(target: unknown, scope: Scope): void {
  if (!isNode(target)) return;
  switch (target.type) {
    case 'Identifier':
      scope.names.add(String(target['name']));
      return;
    case 'AssignmentPattern':
      declare(target['left'], scope);
      return;
    case 'RestElement':
      declare(target['argument'], scope);
      return;
    case 'Property':
      declare(target['value'], scope);
      return;
    default:
      for (const child of children(target)) declare(child, scope);
  }
}
