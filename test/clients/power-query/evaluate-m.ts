import { Language } from '@microsoft/powerquery-parser';
import { MError, type MFunction, isMRecord, typeNameOf } from './m-values.ts';

/** The value of a name, evaluated at its first use: `let` is lazy in M. */
type Thunk = () => Promise<unknown>;
export type MScope = ReadonlyMap<string, Thunk>;

const { NodeKind } = Language.Ast;

/** Evaluates the part of M that the files of clients/power-query use. Throws an error that names any other construct. */
export async function evaluateM(node: Language.Ast.TNode, scope: MScope): Promise<unknown> {
  switch (node.kind) {
    case NodeKind.LiteralExpression:
      return JSON.parse(node.literal);
    case NodeKind.IdentifierExpression:
      return lookUp(scope, node.identifier.literal);
    case NodeKind.ParenthesizedExpression:
      return evaluateM(node.content, scope);
    case NodeKind.LetExpression: {
      const inner = new Map(scope);
      for (const { node: pair } of node.variableList.elements) {
        inner.set(
          unquote(pair.key.literal),
          once(() => evaluateM(pair.value, inner)),
        );
      }
      return evaluateM(node.expression, inner);
    }
    case NodeKind.RecordExpression: {
      const fields = node.content.elements.map(async ({ node: pair }) => [
        unquote(pair.key.literal),
        await evaluateM(pair.value, scope),
      ]);
      return Object.fromEntries((await Promise.all(fields)) as [string, unknown][]);
    }
    case NodeKind.ListExpression:
      return Promise.all(node.content.elements.map(({ node: item }) => evaluateM(item, scope)));
    case NodeKind.FieldSelector:
      return selectField(await lookUp(scope, '_'), node);
    case NodeKind.RecursivePrimaryExpression:
      return evaluateChain(node, scope);
    case NodeKind.FunctionExpression:
      return toFunction(node, scope);
    case NodeKind.EachExpression: {
      const body = node.paired;
      return (item: unknown) =>
        evaluateM(
          body,
          new Map(scope).set('_', () => Promise.resolve(item)),
        );
    }
    case NodeKind.IfExpression:
      return (await evaluateM(node.condition, scope)) === true
        ? evaluateM(node.trueExpression, scope)
        : evaluateM(node.falseExpression, scope);
    case NodeKind.ErrorHandlingExpression:
      return evaluateTry(node, scope);
    case NodeKind.ErrorRaisingExpression:
      throw new MError((await evaluateM(node.paired, scope)) as Record<string, unknown>);
    case NodeKind.IsExpression:
      return (
        typeNameOf(await evaluateM(node.left, scope)) ===
        primitiveTypeOf(node.right as Language.Ast.TNullablePrimitiveType).name
      );
    case NodeKind.ArithmeticExpression:
    case NodeKind.EqualityExpression:
    case NodeKind.LogicalExpression:
      return evaluateOperator(node, scope);
    default:
      throw new Error(`This evaluator does not know ${node.kind}.`);
  }
}

async function evaluateOperator(
  {
    left,
    operatorConstant,
    right,
  }: { left: Language.Ast.TNode; operatorConstant: { constantKind: string }; right: Language.Ast.TNode },
  scope: MScope,
): Promise<unknown> {
  const leftValue = await evaluateM(left, scope);
  // The right side of `and` and `or` is evaluated only if it decides.
  if (operatorConstant.constantKind === 'and') return leftValue === true && evaluateM(right, scope);
  const rightValue = await evaluateM(right, scope);
  switch (operatorConstant.constantKind) {
    case '&':
      if (typeof leftValue !== 'string' || typeof rightValue !== 'string') {
        throw expressionError(
          `We cannot apply operator & to types ${typeNameOf(leftValue)} and ${typeNameOf(rightValue)}.`,
        );
      }
      return leftValue + rightValue;
    case '=':
      return leftValue === rightValue;
    case '<>':
      return leftValue !== rightValue;
    default:
      throw new Error(`This evaluator does not know the operator ${operatorConstant.constantKind}.`);
  }
}

async function evaluateChain(node: Language.Ast.RecursivePrimaryExpression, scope: MScope): Promise<unknown> {
  let value = await evaluateM(node.head, scope);
  for (const step of node.recursiveExpressions.elements) {
    switch (step.kind) {
      case NodeKind.InvokeExpression: {
        const args = await Promise.all(step.content.elements.map(({ node: argument }) => evaluateM(argument, scope)));
        value = await (value as MFunction)(...args);
        break;
      }
      case NodeKind.FieldSelector:
        value = selectField(value, step);
        break;
      default:
        throw new Error(`This evaluator does not know ${step.kind}.`);
    }
  }
  return value;
}

async function evaluateTry(node: Language.Ast.TErrorHandlingExpression, scope: MScope): Promise<unknown> {
  try {
    return await evaluateM(node.protectedExpression, scope);
  } catch (error) {
    const { handler } = node;
    if (!(error instanceof MError) || handler?.kind !== NodeKind.OtherwiseExpression) throw error;
    return evaluateM(handler.paired, scope);
  }
}

function toFunction(node: Language.Ast.FunctionExpression, scope: MScope): MFunction {
  const parameters = node.parameters.content.elements.map(({ node: parameter }) => parameter);
  const requiredCount = parameters.filter(({ optionalConstant }) => optionalConstant === undefined).length;
  return async (...args) => {
    if (args.length < requiredCount || args.length > parameters.length) {
      throw expressionError(`${args.length} arguments were passed to a function which expects ${requiredCount}.`);
    }
    const inner = new Map(scope);
    for (const [index, { name, parameterType }] of parameters.entries()) {
      const value = args[index] ?? null;
      if (parameterType !== undefined && index < args.length) checkType(value, parameterType);
      inner.set(unquote(name.literal), () => Promise.resolve(value));
    }
    const result = await evaluateM(node.expression, inner);
    if (node.functionReturnType !== undefined) checkType(result, node.functionReturnType);
    return result;
  };
}

function checkType(value: unknown, { paired }: Language.Ast.AsNullablePrimitiveType): void {
  const { name, isNullable } = primitiveTypeOf(paired);
  if (typeNameOf(value) === name || (isNullable && value === null)) return;
  throw expressionError(`We cannot convert a value of type ${typeNameOf(value)} to type ${name}.`);
}

function primitiveTypeOf(node: Language.Ast.TNullablePrimitiveType): { name: string; isNullable: boolean } {
  return node.kind === NodeKind.PrimitiveType
    ? { name: node.primitiveTypeKind, isNullable: false }
    : { name: node.paired.primitiveTypeKind, isNullable: true };
}

function selectField(value: unknown, { content }: Language.Ast.FieldSelector): unknown {
  const name = unquote(content.literal);
  if (!isMRecord(value) || !Object.hasOwn(value, name)) {
    throw expressionError(`The field '${name}' of the record wasn't found.`);
  }
  return value[name];
}

function lookUp(scope: MScope, name: string): Promise<unknown> {
  const thunk = scope.get(unquote(name));
  if (thunk === undefined) throw new Error(`The name '${name}' wasn't recognized. Make sure it's spelled correctly.`);
  return thunk();
}

function once(evaluate: Thunk): Thunk {
  let value: Promise<unknown> | undefined;
  return () => (value ??= evaluate());
}

/** `#"Content-Type"` is the name Content-Type. */
function unquote(name: string): string {
  return name.startsWith('#"') ? name.slice(2, -1) : name;
}

function expressionError(message: string): MError {
  return new MError({ Reason: 'Expression.Error', Message: message, Detail: null });
}
